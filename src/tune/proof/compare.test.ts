import { expect, test } from 'vitest';
import type { Promised } from '../../engine/model.ts';
import { compareResults, fingerprint, type Fingerprint } from './compare.ts';

const plain: Promised = { order: 'none', open: [], volatile: [] };
const rows = (...values: readonly unknown[]): Fingerprint =>
  fingerprint({ rows: values.map((value) => ({ value })), count: values.length });

test('rows are a multiset unless the text gives every row its place', () => {
  const [one, other] = [rows(1, 2, 2), rows(2, 1, 2)];
  expect(compareResults(one, other, plain, one)).toEqual({ results: 'same' });
  expect(compareResults(one, other, { ...plain, order: 'partial' }, one).results).toBe('same');
  expect(compareResults(one, other, { ...plain, order: 'total' }, one)).toEqual({
    results: 'differ',
    because: 'The same rows came in another order.',
  });
});

test('a duplicate more, a row less and another value are differences', () => {
  const one = rows(1, 2, 2);
  expect(compareResults(one, rows(1, 1, 2), plain, one).because).toBe('1 of 3 rows are others.');
  expect(compareResults(one, rows(1, 2), plain, one).because).toContain('3 rows without the change and 2');
  expect(compareResults(one, rows(1, 2, null), plain, one).results).toBe('differ');
  expect(compareResults(rows('1'), rows(1), plain, rows('1')).results).toBe('differ');
});

test('the last digits of fractions are not looked at, those before them are', () => {
  const one = rows(0.1 + 0.2);
  expect(compareResults(one, rows(0.3), plain, one).results).toBe('same');
  expect(compareResults(one, rows(0.300000001), plain, one).results).toBe('differ');
});

test('what changes without any change proves nothing against it', () => {
  const one = rows(1, 2);
  expect(compareResults(one, rows(3, 4), plain, rows(5, 6)).results).toBe('volatile');
  expect(compareResults(one, rows(3, 4), { ...plain, volatile: ['now()'] }, one).results).toBe('volatile');
  const open = { ...plain, open: ['LIMIT without a total order'] };
  expect(compareResults(one, rows(3, 4), open, one).results).toBe('open');
});
