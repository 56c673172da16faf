import { expect, test } from 'vitest';
import { at, extrapolate, fitLinear, fitPower } from './fit.ts';

const sizes = [1000, 2000, 4000, 8000];
const points = (curve: (size: number) => number) =>
  sizes.map((size) => ({ size, value: curve(size), low: curve(size) * 0.95, high: curve(size) * 1.05 }));

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

test('the interval holds the true value and is wider than the measured one', () => {
  const far = extrapolate(
    points((n) => 0.01 * n),
    40_000,
  );
  expect(far.fit.kind).not.toBe('flat');
  expect(far.low).toBeLessThanOrEqual(400);
  expect(far.high).toBeGreaterThanOrEqual(400);
  expect(far.high - far.low).toBeGreaterThan(400 * 0.09);
  expect(far.sound).toBe(true);
});

test('beyond ten times the measured size nothing is sound', () => {
  expect(
    extrapolate(
      points((n) => 0.01 * n),
      80_000,
    ).sound,
  ).toBe(true);
  const far = extrapolate(
    points((n) => 0.01 * n),
    80_001,
  );
  expect(far.sound).toBe(false);
  expect(far.factor).toBeGreaterThan(10);
});

test('two sizes are not enough', () => {
  expect(extrapolate(points((n) => 0.01 * n).slice(2), 16_000).sound).toBe(false);
});

test('what does not depend on size stays as it is, and what falls never counts as a gain', () => {
  expect(
    extrapolate(
      points(() => 2),
      80_000,
    ),
  ).toMatchObject({ value: 2, fit: { kind: 'flat' } });
  const falling = extrapolate(
    points((n) => 4000 / n),
    80_000,
  );
  expect(falling.value).toBe(4);
});

test('an interval without an upper end has none at the declared size', () => {
  const open = points((n) => n).map((point, i) =>
    i === 3 ? { ...point, high: Number.POSITIVE_INFINITY } : point,
  );
  expect(extrapolate(open, 16_000).high).toBe(Number.POSITIVE_INFINITY);
});
