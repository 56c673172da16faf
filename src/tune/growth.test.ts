import { expect, test } from 'vitest';
import { growthOf, type WorkPoint } from './growth.ts';

const sizes = [208_900, 417_800, 835_500];
const declared = 7_300_000;
const factor = declared / 835_500;
const points = (of: (size: number) => Omit<WorkPoint, 'size'>) =>
  sizes.map((size) => ({ size, ...of(size) }));
const time = (value: number, spread = 0.03) => ({
  value,
  low: value * (1 - spread),
  high: value * (1 + spread),
});

test('work that grows with the table decides, even when noise makes the times look equal', () => {
  // A window of a sixth of the rows on a busy machine: the times alone say that size does not matter.
  const growth = growthOf(
    points((n) => ({ buffers: n / 165, processed: n / 5 })).map((point, i) => ({
      ...point,
      service: time([110, 96, 111][i]!),
    })),
    declared,
  );
  expect(growth.ratio).toBeGreaterThan(factor * 0.95);
  expect(growth.high).toBeGreaterThanOrEqual(factor * 0.95);
  expect(growth.low).toBeLessThan(growth.ratio);
  expect(growth.residual).toBeGreaterThan(1);
  expect(growth.exponent).toBeCloseTo(1, 1);
});

test('the measure that grows most decides', () => {
  const growth = growthOf(
    points((n) => ({ buffers: 40, processed: n })),
    declared,
  );
  expect(growth).toMatchObject({ measure: 'rows' });
  expect(growth.ratio).toBeCloseTo(factor, 1);
  // The pages say that nothing grows: the lower end leaves both open.
  expect(growth.low).toBe(1);
});

test('equal work is equal time, however the medians differ by noise', () => {
  const growth = growthOf(
    points((n) => ({ buffers: 21 + Math.log(n) / 10, processed: 51 })).map((point, i) => ({
      ...point,
      service: time([0.5, 0.43, 0.47][i]!, 0.1),
    })),
    declared,
  );
  expect(growth.ratio).toBeLessThan(1.1);
  expect(growth.high).toBeLessThan(1.3);
  expect(growth.exponent).toBeLessThan(0.1);
});

test('only what the server executes grows: the way there and back, planning and the commit do not', () => {
  // A user's fifty rows lie on ever more pages; executing them is a sixth of the call.
  const growth = growthOf(
    [21.7, 22.6, 26].map((buffers, i) => ({
      size: sizes[i]!,
      buffers,
      processed: 96,
      share: 0.15,
      service: time([0.55, 0.52, 0.52][i]!),
    })),
    declared,
  );
  expect(growth.to).toBeGreaterThan(40);
  expect(growth.ratio).toBeLessThan(1.3);
  expect(growth.high).toBeLessThan(1.3);
  const all = growthOf(
    points((n) => ({ buffers: n, share: 1.4 })),
    declared,
  );
  expect(all.ratio).toBeCloseTo(factor, 1);
});

test('a constant part does not hide growth behind a smaller power', () => {
  const growth = growthOf(
    points((n) => ({ buffers: 5000 + n / 100, processed: 10 })),
    declared,
  );
  expect(growth.ratio).toBeCloseTo((5000 + 73_000) / (5000 + 8355), 1);
});

test('time that certainly grows faster than the work widens the result', () => {
  const growth = growthOf(
    points(() => ({ buffers: 30, processed: 50 })).map((point, i) => ({
      ...point,
      service: time([1, 2, 4][i]!),
    })),
    declared,
  );
  expect(growth.excess).toBeGreaterThan(0.9);
  expect(growth.ratio).toBeGreaterThan(factor * 0.85);
  expect(growth.high).toBeGreaterThanOrEqual(factor * 0.99);
});

test('work that falls is no gain', () => {
  const growth = growthOf(
    points((n) => ({ buffers: 4e6 / n, processed: 5 })),
    declared,
  );
  expect(growth).toMatchObject({ ratio: 1, low: 1 });
});

test('a plan that changed is told, and its last form alone grows at least with the rows', () => {
  const path = ['Index Scan t', 'Index Scan t', 'Seq Scan t'];
  const work = [30, 31, 4000];
  const growth = growthOf(
    sizes.map((size, i) => ({ size, path: path[i]!, buffers: work[i]!, processed: work[i]! })),
    declared,
  );
  expect(growth.otherPath).toBe('Index Scan t');
  expect(growth.high).toBeGreaterThanOrEqual(factor);
  const settled = growthOf(
    sizes.map((size, i) => ({
      size,
      path: i === 0 ? 'Seq Scan t' : 'Index Scan t',
      buffers: i === 0 ? 900 : 30,
    })),
    declared,
  );
  expect(settled.otherPath).toBe('Seq Scan t');
  expect(settled.ratio).toBe(1);
});

test('a window is carried by the rows it lets through when each size has a plan of its own', () => {
  const growth = growthOf(
    [1671, 3779, 4877].map((buffers, i) => ({
      size: sizes[i]!,
      path: `path ${i}`,
      buffers,
      processed: [150_000, 260_000, 290_000][i]!,
      passed: sizes[i]! / 6,
    })),
    declared,
  );
  expect(growth.ratio).toBeCloseTo(factor, 1);
});

test('without work there is only time, and growth at least with the rows', () => {
  const growth = growthOf(
    points(() => ({ buffers: Number.NaN, service: time(2) })),
    declared,
  );
  expect(growth.measure).toBe('time');
  expect(growth.high).toBeGreaterThanOrEqual(factor);
});

test('beyond ten times the measured size, with two sizes or with sizes that hardly differ nothing is sound', () => {
  const flat = points(() => ({ buffers: 4 }));
  expect(growthOf(flat, 8_355_000).sound).toBe(true);
  expect(growthOf(flat, 8_355_001).sound).toBe(false);
  expect(growthOf(flat.slice(1), declared).sound).toBe(false);
  expect(growthOf([{ size: 800_000 }, { size: 810_000 }, ...flat.slice(2)], declared).sound).toBe(false);
});
