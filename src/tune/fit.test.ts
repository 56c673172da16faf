import { expect, test } from 'vitest';
import { at, fitLinear, fitPower } from './fit.ts';

const sizes = [1000, 2000, 4000, 8000];
const points = (curve: (size: number) => number) => sizes.map((size) => ({ size, value: curve(size) }));

test('a known power law comes back', () => {
  const fit = fitPower(points((n) => 0.5 * n ** 1.3));
  expect(fit.a).toBeCloseTo(0.5, 6);
  expect(fit.b).toBeCloseTo(1.3, 6);
  expect(fit.residual).toBeCloseTo(0, 6);
});

test('a known line comes back', () => {
  const fit = fitLinear(points((n) => 3 + 0.02 * n));
  expect(fit.a).toBeCloseTo(3, 6);
  expect(at(fit, 80_000)).toBeCloseTo(1603, 3);
});
