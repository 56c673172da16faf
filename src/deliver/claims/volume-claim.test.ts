import { expect, test } from 'vitest';
import { catalogOf, column, table } from '../../../test/support/catalog.ts';
import { keyOf } from '../../catalog/identity.ts';
import type { Volume } from '../../task/model.ts';
import type { Outcome } from '../model.ts';
import { volumeClaim } from './claims.ts';

const after = catalogOf([table('notes', [column('id')])]);
const [notes] = after.tables;

/** The verdict on a table of which the twin holds `rows`, of `horizon`. */
function verdictAt(rows: number, horizon: number, kind: 'declared' | 'assumed' = 'declared'): string {
  const name = { schema: notes!.schema, name: notes!.name };
  const outcome = {
    planned: { after, design: { tables: new Map([['E1', name]]) } },
    sizes: [{ kind: 'table', name, table: notes!.name, rows, bytes: rows * 100 }],
    volumes: [{ table: name, rows, now: 0, horizon, basis: kind }],
  } as unknown as Outcome;
  const volume = { id: 'V1', says: keyOf(notes!), of: 'E1', now: { kind }, perDay: { kind } };
  return volumeClaim(outcome, volume as unknown as Volume).verdict;
}

test.each([
  [0, 100, 'not-proven'],
  [9_999, 1_000_000, 'not-proven'],
  [9_999, 99_000, 'proven'],
  [10_000, 1_000_000, 'proven'],
])('%i rows on the twin tell the size of %i: %s', (rows, horizon, verdict) => {
  expect(verdictAt(rows, horizon)).toBe(verdict);
});

test('an assumed growth proves no size', () => {
  expect(verdictAt(50_000, 100_000, 'assumed')).toBe('not-proven');
});
