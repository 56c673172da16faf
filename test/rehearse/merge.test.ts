import { expect, test } from 'vitest';
import { rehearseMerge, type Merge } from '../../src/rehearse/merge.ts';
import { filesSubject } from '../../src/rehearse/subjects.ts';
import { testDatabase, testSandbox } from '../support/database.ts';
import { postgres } from './shop.ts';

const sql = 'CREATE TABLE orders (id int PRIMARY KEY, total int NOT NULL, note text)';

async function merge(a: string, b: string): Promise<Merge> {
  await postgres.grammar.ready();
  const branch = (name: string, text: string) => ({
    name,
    subject: filesSubject([{ path: `${name}.sql`, sql: text }], undefined),
  });
  return rehearseMerge(
    {
      engine: postgres,
      sandbox: await testSandbox(),
      base: await testDatabase({ sql }),
      load: false,
      emit: () => undefined,
      signal: new AbortController().signal,
      seed: 1,
    },
    [branch('a', a), branch('b', b)],
  );
}

test('branches that keep apart run in both orders and end alike', async () => {
  const seen = await merge(
    'ALTER TABLE orders ADD COLUMN channel text',
    'CREATE TABLE visits (id int PRIMARY KEY); CREATE INDEX orders_total ON orders (total)',
  );
  expect(seen.together.map(({ failed }) => failed)).toEqual([undefined, undefined]);
  expect(seen).toMatchObject({ differences: [], conflicts: [] });
});

test('two columns of one table differ in their order alone', async () => {
  const seen = await merge(
    'ALTER TABLE orders ADD COLUMN channel text',
    'ALTER TABLE orders ADD COLUMN city text',
  );
  expect(seen.conflicts).toEqual([]);
  expect(seen.differences!.map(({ path }) => path)).toEqual([expect.stringContaining('order differs')]);
});

test('the same name and the same object are conflicts', async () => {
  const name = await merge(
    'ALTER TABLE orders ADD COLUMN channel text',
    'ALTER TABLE orders ADD COLUMN channel int',
  );
  expect(name.conflicts[0]).toMatchObject({ kind: 'same name', object: expect.stringContaining('channel') });
  expect(name.together.map(({ failed }) => failed?.branch)).toEqual(['b', 'a']);
  expect(name.differences).toBeUndefined();
  const type = await merge(
    'ALTER TABLE orders ALTER COLUMN total TYPE bigint',
    'ALTER TABLE orders ALTER COLUMN total TYPE numeric',
  );
  expect(type.conflicts[0]).toMatchObject({ kind: 'same object', says: expect.stringContaining('bigint') });
  expect(type.differences!.length).toBeGreaterThan(0);
});

test('a branch that needs the other, or cannot live with it, is told', async () => {
  const needs = await merge(
    'CREATE TABLE visits (id int PRIMARY KEY)',
    'ALTER TABLE visits ADD COLUMN at timestamptz',
  );
  expect(needs.conflicts).toEqual([
    { kind: 'dependence', object: 'b', says: expect.stringContaining('only after a') },
  ]);
  const breaks = await merge(
    'ALTER TABLE orders DROP COLUMN note',
    'CREATE INDEX orders_note ON orders (note)',
  );
  expect(breaks.conflicts).toEqual([
    { kind: 'dependence', object: 'b', says: expect.stringContaining('does not run after a') },
  ]);
});
