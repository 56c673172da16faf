import { expect, test } from 'vitest';
import { percentile } from './percentile.ts';
import { random } from './random.ts';

test('nothing measured gives nothing', () => {
  expect(percentile([], 0.95)).toBeUndefined();
});

test('ranks of the interval are those of the binomial distribution', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1).reverse();
  // Exact table values for the median of 100 samples at 95 %: ranks 40 and 61.
  expect(percentile(hundred, 0.5)).toEqual({ value: 50, low: 40, high: 61, n: 100 });
  expect(percentile(hundred, 0.95)).toMatchObject({ value: 95, high: 100 });
});

test('too few samples leave the upper end open', () => {
  // With 30 samples the largest is above the 95th percentile with probability 1 − 0.95³⁰ = 0.785 only.
  expect(
    percentile(
      Array.from({ length: 30 }, (_, i) => i),
      0.95,
    ),
  ).toMatchObject({ value: 28, high: Number.POSITIVE_INFINITY });
  expect(percentile([5], 0.95)).toEqual({ value: 5, low: 0, high: Number.POSITIVE_INFINITY, n: 1 });
});

test('the interval covers the true percentile as often as it says', () => {
  const next = random(3);
  let covered = 0;
  for (let run = 0; run < 1000; run++) {
    const { low, high } = percentile(
      Array.from({ length: 200 }, () => next()),
      0.9,
    )!;
    if (low <= 0.9 && 0.9 <= high) covered += 1;
  }
  expect(covered).toBeGreaterThanOrEqual(940);
  expect(covered).toBeLessThanOrEqual(990);
});
