import { expect, test } from 'vitest';
import { gap, random } from './random.ts';

test('equal seeds give equal numbers, others do not', () => {
  const draw = (seed: number): readonly number[] => Array.from({ length: 5 }, random(seed));
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});

test('gaps have the mean of the rate', () => {
  const next = random(5);
  const sum = Array.from({ length: 20_000 }, () => gap(next, 50)).reduce((a, b) => a + b, 0);
  expect(sum / 20_000).toBeCloseTo(20, 0);
});
