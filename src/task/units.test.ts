import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as units from './units.ts';

test('human units become numbers and are printed canonically', () => {
  expect(units.parseCount('2M')).toBe(2_000_000);
  expect(units.parseCount('40 k')).toBe(40_000);
  expect(units.parseCount('1_000')).toBe(1000);
  expect(units.printCount(2_000_000)).toBe('2M');
  expect(units.printCount(1_234_567)).toBe('1234567');
  expect(units.parseDuration('20 ms')).toBe(20);
  expect(units.parseDuration('1 h 30 min')).toBe(5_400_000);
  expect(units.printDuration(2000)).toBe('2 s');
  expect(units.parseDays('18 months')).toBe(547.5);
  expect(units.printDays(547.5)).toBe('18 months');
  expect(units.printDays(30)).toBe('30 days');
  expect(units.parsePerDay('40k/day')).toBe(40_000);
  expect(units.parsePerDay('40k')).toBe(40_000);
  expect(units.parsePerDay('0.5/s')).toBe(43_200);
  expect(units.printPerDay(40_000)).toBe('40k/day');
  expect(units.parseRate('150/s peak 600/s')).toEqual({ perSecond: 150, peakPerSecond: 600 });
  expect(units.printRate({ perSecond: 2 / 60, peakPerSecond: 2 / 60 })).toBe('2/min');
  expect(units.printRate({ perSecond: 150, peakPerSecond: 600 })).toBe('150/s peak 600/s');
  expect(units.printRate({ perSecond: 40_000 / 86_400, peakPerSecond: 20 })).toBe('40k/day peak 20/s');
});

test.each(['20 parsecs', '-5 ms', '5', '', '5 ms ms x', '1e999 s', 'NaN s'])(
  '%j is not a duration',
  (text) => {
    expect(units.parseDuration(text)).toBeUndefined();
    expect(units.parseDays(text)).toBeUndefined();
  },
);

test.each(['5 s', '10', '-1/s', '10/s peak 5/s', '10/parsec', '10/s peak', '/s', '1/s peak 2/s peak 3/s'])(
  '%j is not a rate',
  (text) => {
    expect(units.parseRate(text)).toBeUndefined();
  },
);

test('whatever is printed parses to the same number', () => {
  const positive = fc.double({ min: 1e-6, max: 1e15, noNaN: true });
  fc.assert(
    fc.property(positive, positive, (a, b) => {
      expect(units.parseCount(units.printCount(a))).toBe(a);
      expect(units.parseDuration(units.printDuration(a))).toBe(a);
      expect(units.parseDays(units.printDays(a))).toBe(a);
      expect(units.parsePerDay(units.printPerDay(a))).toBe(a);
      const rate = { perSecond: Math.min(a, b), peakPerSecond: Math.max(a, b) };
      expect(units.parseRate(units.printRate(rate))).toEqual(rate);
    }),
  );
  for (const zero of [
    units.parseCount(units.printCount(0)),
    units.parseDuration(units.printDuration(0)),
    units.parseDays(units.printDays(0)),
  ]) {
    expect(zero).toBe(0);
  }
});
