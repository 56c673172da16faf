import { expect, test } from 'vitest';
import type { TableVolume } from '../../twin/model.ts';
import type { WorkQuery } from '../advice/model.ts';
import { doubtOf } from './useful.ts';

const volume = (name: string, rows: number, now: number): TableVolume =>
  ({ table: { schema: 'public', name }, rows, now }) as TableVolume;
const queries = ['events', 'public.events', 'users'].map(
  (table) => ({ name: table, tables: [table] }) as unknown as WorkQuery,
);

test('without a production to compare with, a hundredth of a table is the least that carries advice', () => {
  const doubts = (rows: number) => {
    const volumes = [volume('events', rows, 1_000_000), volume('users', 10, 10)];
    return queries.map(({ name }) => doubtOf({ volumes, queries }, name));
  };
  expect(doubts(9_999)[0]).toContain('one of 100 rows of public.events');
  expect(doubts(9_999).map((doubt) => doubt !== undefined)).toEqual([true, true, false]);
  expect(doubts(10_000)).toEqual([undefined, undefined, undefined]);
});

test('where queries were compared, their marks decide', () => {
  const fidelity = [{ name: 'events', usable: true, because: '' }];
  expect(doubtOf({ volumes: [volume('events', 1, 1e9)], queries, fidelity }, 'events')).toBeUndefined();
  expect(doubtOf({ volumes: [], queries, fidelity }, 'users')).toBeDefined();
});
