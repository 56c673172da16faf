import { expect, test } from 'vitest';
import { choose, nextOf, secondsPerGigabyteDay, type Gain, type Weighing } from './choose.ts';

const gain = (more: Partial<Gain> = {}): Gain => ({
  claim: 'Q1',
  beforeMs: 10,
  afterMs: 1,
  perSecond: 1,
  growth: 1,
  buffers: { before: 1000, after: 10 },
  ...more,
});
const weigh = (gains: readonly Gain[], more: Partial<Weighing> = {}): Weighing => ({
  gains,
  bytes: 0,
  writeMsPerRow: 0,
  writesPerDay: 0,
  growth: 1,
  ...more,
});

test('saved seconds are calls per day times the difference', () => {
  const choice = choose(weigh([gain()]));
  expect(choice.savedPerDay).toBeCloseTo(86_400 * 0.009, 6);
  expect(choice.keep).toBe(true);
});

test('writes and bytes are charged', () => {
  const choice = choose(
    weigh([gain()], { bytes: 1024 ** 3, writeMsPerRow: 0.5, writesPerDay: 10_000, growth: 2 }),
  );
  expect(choice.costPerDay).toBeCloseTo(5 + 2 * secondsPerGigabyteDay, 6);
});

test('an index that costs more than it saves is not kept, unless a target needs it', () => {
  const dear = { writeMsPerRow: 1, writesPerDay: 1e9 };
  expect(choose(weigh([gain()], dear)).keep).toBe(false);
  expect(choose(weigh([gain({ target: 5 })], dear))).toMatchObject({ keep: true, needed: true });
  expect(choose(weigh([gain({ target: 50 })], dear)).keep).toBe(false);
  expect(choose(weigh([gain({ target: 50, growth: 8 })], dear))).toMatchObject({ keep: true, needed: true });
});

test('differences within the noise are no gain', () => {
  expect(choose(weigh([gain({ afterMs: 8.5 })])).keep).toBe(false);
  expect(choose(weigh([gain({ beforeMs: 0.08, afterMs: 0.05 })])).keep).toBe(false);
  expect(choose(weigh([gain({ afterMs: 6, buffers: { before: 100, after: 100 } })])).keep).toBe(false);
  expect(choose(weigh([gain({ afterMs: 4, buffers: { before: 100, after: 100 } })])).keep).toBe(true);
});

test('less than a second a day is not worth an index', () => {
  expect(choose(weigh([gain({ perSecond: 1 / 86_400 })])).because).toContain('less than 1 s per day');
});

test('of indexes that save nearly the same the smallest goes first, whichever the noise prefers', () => {
  const choice = (savedPerDay: number) => ({ ...choose(weigh([gain()])), savedPerDay, costPerDay: 0 });
  const wide = { name: 'wide', bytes: 345, choice: choice(1400) };
  const right = { name: 'right', bytes: 220, choice: choice(1000) };
  const poor = { name: 'poor', bytes: 100, choice: choice(10) };
  expect(nextOf([poor, wide, right]).name).toBe('right');
  expect(nextOf([poor, wide]).name).toBe('wide');
});

test('long times are told in hours', () => {
  const { because } = choose(weigh([gain({ perSecond: 180 })]));
  expect(because).toContain('38.9 h of reading saved per day');
  expect(choose(weigh([gain({ perSecond: 1 })])).because).toContain('13 min of reading');
});
