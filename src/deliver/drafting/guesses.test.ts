import { expect, test } from 'vitest';
import { unmarkedGuesses } from './guesses.ts';

const block = (rate: string): string => `dbd: 1\naccess:\n  Q1: { sql: SELECT 1, rate: ${rate} }\n`;

test('a figure of the text is none, whatever it is written as', () => {
  expect(unmarkedGuesses(block('2k/day'), 'About two thousand a day.')).toEqual([]);
  expect(unmarkedGuesses(block('{ assume: 9/s }'), 'Often.')).toEqual([]);
});

test('the number of an issue is no figure of the text', () => {
  for (const prose of ['SHOP-7 Notes', 'Follows #7.', 'As in acme/shop#7, often'])
    expect(unmarkedGuesses(block('7/s'), prose)).toEqual(['access.Q1.rate: 7/s']);
  expect(unmarkedGuesses(block('7/s'), 'SHOP-7: about 7 a second')).toEqual([]);
});
