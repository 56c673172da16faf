import { expect, test } from 'vitest';
import { partsInUse } from './spread.ts';

const month = (from: string, to: string) => ({ from: `'${from} 00:00:00+00'`, to: `'${to} 00:00:00+00'` });
const parts = [
  month('2026-01-01', '2026-02-01'),
  month('2026-02-01', '2026-03-01'),
  month('2026-03-01', '2026-04-01'),
];
const until = '2026-02-11T12:00:00.000Z';

test('parts that cover the window leave the rows to time alone', () => {
  expect(partsInUse(parts, 'instant', { until, days: 30 })).toEqual([]);
});

test('a window that begins before the parts is squeezed into those that have begun, the present one cut at the present', () => {
  expect(partsInUse(parts, 'instant', { until, days: 90 })).toEqual([
    parts[0],
    { from: "'2026-02-01 00:00:00+00'", to: "'2026-02-11 12:00:00+00'" },
  ]);
});

test('a gap, and parts that are all past, are used as they are', () => {
  const gap = [parts[0]!, month('2026-02-05', '2026-03-01')];
  expect(partsInUse(gap, 'instant', { until, days: 20 })).toHaveLength(2);
  expect(partsInUse([parts[0]!], 'instant', { until, days: 20 })).toEqual([parts[0]]);
});

test('parts that are all to come, lists, other types and literals that say no time stay', () => {
  const coming = [parts[2]!];
  expect(partsInUse(coming, 'instant', { until, days: 20 })).toEqual(coming);
  const list = [{ from: "'2026-01-01'", to: "'2026-01-01'" }];
  expect(partsInUse(list, 'date', { until, days: 20 })).toEqual(list);
  const numbers = [{ from: '1', to: '100' }];
  expect(partsInUse(numbers, 'integer', { until, days: 20 })).toEqual(numbers);
  expect(partsInUse(numbers, 'date', { until, days: 20 })).toEqual(numbers);
});

test('a part of dates that begins today keeps today', () => {
  const dates = [{ from: "'2026-02-11'", to: "'2026-03-01'" }];
  expect(partsInUse(dates, 'date', { until, days: 20 })).toEqual([
    { from: "'2026-02-11'", to: "'2026-02-12'" },
  ]);
});

test('bounds with an offset are the moments that they say', () => {
  const cet = [{ from: "'2026-01-01 00:00:00+01'", to: "'2026-03-01 00:00:00+01'" }];
  expect(partsInUse(cet, 'instant', { until, days: 42 })).not.toEqual([]);
  expect(partsInUse(cet, 'instant', { until, days: 41 })).toEqual([]);
});
