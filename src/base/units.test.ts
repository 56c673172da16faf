import { describe, expect, test } from 'vitest';
import { formatBytes, formatCount, formatMs } from './units.ts';

describe('figures as people read them', () => {
  test.each([
    [999_998, '1M'],
    [1_000_000, '1M'],
    [999_400, '999.4k'],
    [999, '999'],
    [40_000, '40k'],
    [2_500_000_000, '2.5G'],
  ])('%d rows are %s', (count, text) => expect(formatCount(count)).toBe(text));

  test.each([
    [0.42, '0.42 ms'],
    [9.96, '10 ms'],
    [412, '412 ms'],
    [1250, '1.25 s'],
    [200_000, '3 min 20 s'],
    [120_000, '2 min'],
  ])('%d milliseconds are %s', (ms, text) => expect(formatMs(ms)).toBe(text));

  test.each([
    [512, '512 B'],
    [8192, '8.0 kB'],
    [1_300_000, '1.2 MB'],
  ])('%d bytes are %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});
