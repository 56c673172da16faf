import { expect, test } from 'vitest';
import { at, bestFit, extrapolate } from './fit.ts';

const rows = [10_000, 30_000, 90_000, 270_000];

test('a straight line is found without residual and carried on', () => {
  const figures = rows.map((n) => 5 + 0.002 * n);
  const fit = bestFit(rows, figures)!;
  expect(fit.shape).toBe('n');
  expect(fit.residual).toBeLessThan(1e-9);
  const there = extrapolate(rows, figures, 2_700_000)!;
  expect(there.proven).toBe(true);
  expect(there.value).toBeCloseTo(5405, 0);
  expect(there.low).toBeLessThanOrEqual(there.value);
  // The other line is not known to be wrong, so the interval holds it.
  expect(there.high).toBeGreaterThan(there.value * 1.05);
});

test('n log n is told from n', () => {
  const fit = bestFit(
    rows,
    rows.map((n) => 3 + 1e-5 * n * Math.log2(n)),
  )!;
  expect(fit.shape).toBe('n log n');
  expect(at(fit, 1_000_000)).toBeCloseTo(3 + 10 * Math.log2(1_000_000), 3);
});

test('beyond ten times the largest size nothing is proven', () => {
  const figures = rows.map((n) => n / 100);
  expect(extrapolate(rows, figures, 2_700_000)!.proven).toBe(true);
  expect(extrapolate(rows, figures, 2_700_001)!.proven).toBe(false);
});

test('three sizes are too few, equal sizes are one', () => {
  expect(bestFit(rows.slice(1), [1, 2, 3])).toBeUndefined();
  expect(bestFit([10, 10, 20, 30], [1, 1, 2, 3])).toBeUndefined();
  expect(extrapolate([1, 2, 3], [1, 2, 3], 10)).toBeUndefined();
});

test('a figure that leaves the line at the last size shows in the residual and widens the interval', () => {
  const smooth = rows.map((n) => 1 + n / 1000);
  const bent = smooth.map((value, i) => (i === 3 ? value * 2 : value));
  const [a, b] = [extrapolate(rows, smooth, 1_000_000)!, extrapolate(rows, bent, 1_000_000)!];
  expect(bestFit(rows, bent)!.residual).toBeGreaterThan(0.1);
  expect(b.high - b.low).toBeGreaterThan(a.high - a.low);
});

test('noise neither makes a figure negative nor shrink with the rows', () => {
  const fit = bestFit(rows, [40, 30, 20, 10])!;
  expect(fit.slope).toBe(0);
  expect(bestFit(rows, [1, 10, 90, 600])!.base).toBeGreaterThanOrEqual(0);
});
