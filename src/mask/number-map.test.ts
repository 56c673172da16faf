import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { numberMap } from './number-map.ts';
import {
  dates,
  decimals,
  hardware,
  instants,
  integers,
  networks4,
  networks6,
  times,
  type ScalarForm,
} from './scalars.ts';

const wide = { least: -(2n ** 63n), greatest: 2n ** 63n - 1n, grains: [1n], random: Math.random };
const grows = (values: readonly bigint[]): boolean =>
  values.every((value, at) => at === 0 || value > values[at - 1]!);

describe('made-up numbers', () => {
  test('grow as the originals do, within their limits', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.bigInt({ min: -30_000n, max: 30_000n }), { minLength: 2, maxLength: 200 }),
        (values) => {
          const limits = { ...wide, least: -32_768n, greatest: 32_767n };
          const map = numberMap(values, limits);
          const made = values.toSorted((a, b) => (a < b ? -1 : 1)).map(map);
          expect(grows(made)).toBe(true);
          expect(made[0]! >= limits.least && made.at(-1)! <= limits.greatest).toBe(true);
        },
      ),
    );
  });

  test('are none of the originals where there is room', () => {
    const values = Array.from({ length: 200 }, (_, at) => BigInt(at * 97));
    for (let times = 0; times < 20; times++) {
      const map = numberMap(values, wide);
      expect(values.map(map).filter((value) => values.includes(value))).toEqual([]);
    }
  });

  test('keep a constant at its place between its neighbours', () => {
    const map = numberMap([0n, 1_000_000n, 5_000_000n], wide);
    const [low, high] = [map(1_000_000n), map(5_000_000n)];
    const share = Number(map(2_000_000n) - low) / Number(high - low);
    expect(share).toBeCloseTo(0.25, 3);
    expect(map(-5n) < map(0n)).toBe(true);
    expect(map(6_000_000n) > high).toBe(true);
  });

  test('stay as round as the originals: days stay days', () => {
    const day = 86_400_000_000n;
    const map = numberMap([3n * day, 90n * day, 400n * day], { ...instants, random: Math.random });
    for (const value of [3n, 90n, 400n]) expect(map(value * day) % day).toBe(0n);
  });
});

describe('values of types as numbers', () => {
  test.each<[ScalarForm, string]>([
    [integers(4), '-42'],
    [decimals, '1234.50'],
    [decimals, '-0.01'],
    [dates, '1980-02-29'],
    [instants, '1980-02-29'],
    [instants, '2024-01-31 12:34:56.7+00'],
    [instants, '2024-01-31 12:34:56'],
    [instants, '1890-01-01 00:00:00.000001+00'],
    [times, '23:59:59.5'],
    [networks4, '10.1.2.3'],
    [networks4, '10.1.0.0/16'],
    [hardware, '08:00:2b:01:02:03'],
  ])('%# %s come back as they were', (form, text) => {
    expect(form.write(form.read(text)!, text)).toBe(text);
  });

  test('of version 6 come back written out', () => {
    expect(networks6.write(networks6.read('2001:db8::1/64')!, '2001:db8::1/64')).toBe(
      '2001:db8:0:0:0:0:0:1/64',
    );
  });

  test('of other zones are the same moment', () => {
    expect(instants.read('2024-01-01 02:00:00+02')).toBe(instants.read('2024-01-01 00:00:00+00'));
  });

  test.each(['infinity', 'now', '44 BC', 'x'])('%s is none', (text) => {
    for (const form of [integers(8), decimals, instants, times, networks4, networks6])
      expect(form.read(text)).toBeUndefined();
  });
});
