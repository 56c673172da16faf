import { expect, test } from 'vitest';
import { judge, type Judged } from './judge.ts';
import type { SizePoint } from './model.ts';

const point = (rows: number, p95: number, spread = 0.05): SizePoint => ({
  rows,
  p95,
  low: p95 * (1 - spread),
  high: p95 * (1 + spread),
  n: 80,
  buffers: 4,
});
const seen = (more: Partial<Judged>): Judged => ({
  claim: 'Q1',
  target: 20,
  points: [point(250_000, 2), point(500_000, 2), point(1_000_000, 2)],
  declaredRows: 1_000_000,
  assumed: false,
  undeclared: [],
  table: 't',
  plan: [],
  failed: 0,
  timedOut: 0,
  errors: [],
  ...more,
});
const growing = (rows: number, p95: number): SizePoint => ({
  ...point(rows, p95),
  buffers: rows / 100,
  processed: rows / 6,
  service: { value: p95 * 0.9, low: p95 * 0.88, high: p95 * 0.92 },
});
const linear = [growing(250_000, 25), growing(500_000, 50), growing(1_000_000, 100)];

test('measured only at the declared volume', () => {
  expect(judge(seen({}))).toMatchObject({ verdict: 'proven', basis: 'measured', p95: 2 });
  expect(judge(seen({ declaredRows: 5_000_000 }))).toMatchObject({ verdict: 'proven', basis: 'derived' });
});

test('a volume that is assumed proves under that assumption only', () => {
  expect(judge(seen({ assumed: true })).basis).toBe('assumed');
});

test('proven only if the upper end meets the target', () => {
  const far = (target: number) => judge(seen({ points: linear, declaredRows: 8_000_000, target })).verdict;
  expect(far(2000)).toBe('proven');
  expect(far(800)).toBe('not-proven');
  expect(far(300)).toBe('missed');
  expect(far(50)).toBe('missed');
});

test('beyond ten times the measured size there is a range and no proof', () => {
  const far = judge(seen({ declaredRows: 10_100_000, target: 1e9 }));
  expect(far.verdict).toBe('not-proven');
  expect(far.because).toContain('more than 10');
});

test('an end that is years away is called unknown', () => {
  const steep = [growing(250_000, 1), growing(500_000, 60), growing(1_000_000, 7000)];
  const { because } = judge(seen({ points: steep, declaredRows: 1e12, target: 1e6 }));
  expect(because).toMatch(/to unknown is a guess$/);
});

test('a query that is slow on a small twin is missed whatever the volume', () => {
  expect(judge(seen({ points: linear, declaredRows: 1e9, target: 10 })).verdict).toBe('missed');
});

test('failed and timed-out calls are never proven', () => {
  expect(judge(seen({ failed: 1, errors: ['no such column'] }))).toMatchObject({
    verdict: 'missed',
    because: expect.stringContaining('no such column') as string,
  });
  expect(judge(seen({ timedOut: 2 })).verdict).toBe('missed');
  expect(judge(seen({ unable: 'it names no table', points: [] })).verdict).toBe('not-proven');
  expect(judge(seen({ points: [] })).verdict).toBe('not-proven');
});

test('a busy machine cannot show that a target is missed', () => {
  const slow = { ...point(1_000_000, 40), idleMs: 15 };
  expect(judge(seen({ points: [slow] })).verdict).toBe('not-proven');
  expect(judge(seen({ points: [{ ...slow, idleMs: 1 }] })).verdict).toBe('missed');
});

test('a disk that takes its time over an empty commit cannot show that a write misses its target', () => {
  const write = { ...point(1_000_000, 40), commitMs: 3, idleMs: 30 };
  expect(judge(seen({ points: [write] }))).toMatchObject({
    verdict: 'not-proven',
    because: expect.stringContaining('a commit that writes nothing took 30 ms') as string,
  });
});

test('fewer than twenty calls prove nothing', () => {
  expect(judge(seen({ points: [{ ...point(1_000_000, 2), n: 19 }] })).verdict).toBe('not-proven');
  expect(judge(seen({ points: [{ ...point(1_000_000, 2), n: 20 }] })).verdict).toBe('proven');
});

test('what nobody declared proves nothing; an assumption of the task is said', () => {
  const none = judge(seen({ undeclared: ['orders'], assumed: true }));
  expect(none).toMatchObject({
    verdict: 'not-proven',
    because: expect.stringContaining('how large orders gets') as string,
  });
  expect(none.because).not.toContain('the declared volume');
  for (const declaredRows of [1_000_000, 5_000_000])
    expect(judge(seen({ assumed: true, declaredRows })).because).toContain('the task only assumes');
});

test('calls that meet no row prove nothing', () => {
  const with_ = (empty: number, sets = 10) =>
    judge(seen({ points: [{ ...point(1_000_000, 2), met: { sets, empty } }] }));
  expect(with_(10)).toMatchObject({
    verdict: 'not-proven',
    because: expect.stringContaining('met no row') as string,
  });
  expect(with_(5).verdict).toBe('proven');
  expect(with_(0, 0).verdict).toBe('not-proven');
});

test('too few calls for an upper end prove a target only with much room', () => {
  const few = (p95: number) =>
    judge(seen({ points: [{ ...point(1_000_000, p95), n: 25, open: true }] })).verdict;
  expect(few(2)).toBe('proven');
  expect(few(15)).toBe('not-proven');
});

test('sizes that hardly differ carry no figure', () => {
  const points = [point(990_000, 2), point(995_000, 2), point(1_000_000, 2)];
  expect(judge(seen({ points, declaredRows: 5_000_000 }))).toMatchObject({
    verdict: 'not-proven',
    because: expect.stringContaining('really grow') as string,
  });
});

// Figures of a machine with more work than cores: equal work at every size, times that differ by the noise.
const keyed: readonly SizePoint[] = [
  [208_900, 2.5, 1.3, 16, 0.41],
  [417_800, 1.3, 1.2, 3, 0.36],
  [835_500, 4.8, 4.1, 5.8, 0.44],
].map(([rows, p95, low, high, service]) => ({
  rows: rows!,
  p95: p95!,
  low: low!,
  high: high!,
  n: 214,
  buffers: 21,
  processed: 43,
  path: 'Index Scan t',
  service: { value: service!, low: service! * 0.95, high: service! * 1.05 },
  idleMs: 3.5,
  loaded: true,
}));

test('a keyed query with equal work is proven from the calls of the load, also on a busy machine', () => {
  const result = judge(seen({ points: keyed, declaredRows: 7_300_000 }));
  expect(result).toMatchObject({ verdict: 'proven', basis: 'derived' });
  expect(result.because).toContain('stay the same');
  // The load's own spread stays in the figure.
  expect(result.p95).toBeGreaterThanOrEqual(4.8);
  expect(result.high).toBeGreaterThanOrEqual(5.8);
});

test('noise in the load is never taken away', () => {
  const noisy = keyed.map((one, i) => (i === 2 ? { ...one, p95: 19, low: 15, high: 40 } : one));
  const quiet = noisy.map((one) => ({ ...one, idleMs: 1 }));
  expect(judge(seen({ points: quiet, declaredRows: 7_300_000 })).because).not.toContain('busy');
  expect(
    judge(seen({ points: noisy.map((one) => ({ ...one, idleMs: 12 })), declaredRows: 7_300_000 })),
  ).toMatchObject({
    verdict: 'not-proven',
    because: expect.stringContaining('the machine was busy') as string,
  });
});

test('a window that grows with the table is carried by its rows, whatever the times say', () => {
  const window = [
    [208_900, 105, 27_500, 1378],
    [417_800, 90, 55_000, 2694],
    [835_500, 111, 165_000, 5060],
  ].map(([rows, p95, processed, buffers]) => ({
    ...point(rows!, p95!, 0.1),
    processed: processed!,
    buffers: buffers!,
    service: { value: p95!, low: p95! * 0.9, high: p95! * 1.1 },
  }));
  const result = judge(seen({ points: window, declaredRows: 7_300_000, target: 2000 }));
  expect(result.p95).toBeGreaterThan(800);
  expect(result.because).toContain('grow with rows^1');
});

test('calls that would keep connections busy at the declared volume are not proven', () => {
  const far = (perSecond: number) =>
    judge(seen({ points: linear, declaredRows: 8_000_000, target: 2000, perSecond })).verdict;
  expect(far(0.1)).toBe('proven');
  expect(far(2)).toBe('not-proven');
});

test('the disk of the machine is named where a write waits for it', () => {
  const write = { ...point(1_000_000, 2), commitMs: 1.2, service: { value: 1.6, low: 1.5, high: 1.7 } };
  expect(judge(seen({ points: [write] })).because).toContain('the commit takes 1.2 ms of 1.6 ms');
});
