import { describe, expect, it } from 'vitest';
import { mutationsOf } from '../engines/postgres/witness/mutations.ts';
import type { Change, Step } from './model.ts';
import { mutantsOf } from './mutate.ts';

const step = (id: string, sql: string, undo = ''): Step => ({
  id,
  sql,
  undo,
  transaction: Number(id),
  claims: [],
  reason: '',
  lockTimeoutMs: 0,
});

const changeOf = (...steps: readonly Step[]): Change => ({
  id: 'c',
  title: 'c',
  questions: [],
  phases: [{ name: 'expand', number: 1, steps }],
});

describe('mutants', () => {
  it('leave each step out, alter it, exchange what depends, and spoil the way back', () => {
    const change = changeOf(
      step('1', "ALTER TABLE t ADD COLUMN c varchar(10) NOT NULL DEFAULT 'x'", 'ALTER TABLE t DROP COLUMN c'),
      step('2', 'CREATE UNIQUE INDEX i ON t USING btree (a, c) WHERE a > 0', 'DROP INDEX i'),
    );
    const made = mutantsOf(change, mutationsOf);
    expect(made.map(({ name }) => name)).toEqual([
      'step 1 left out',
      'NOT NULL lost in step 1',
      'default altered in step 1',
      'length altered in step 1',
      'step 2 before step 1',
      'everything left out in the way back of step 1',
      'step 2 left out',
      'last column of the index lost in step 2',
      'UNIQUE of the index lost in step 2',
      'condition of the index lost in step 2',
      'everything left out in the way back of step 2',
    ]);
    const texts = made.map(({ change: mutant }) =>
      mutant.phases.flatMap(({ steps }) => steps.map(({ sql, undo }) => `${sql} | ${undo}`)).join('\n'),
    );
    expect(new Set([...texts, 'as it was']).size).toBe(made.length + 1);
  });

  it('do not touch what is quoted', () => {
    expect(mutationsOf(`COMMENT ON TABLE "NOT NULL DEFAULT 7" IS NULL`)).toEqual([]);
    expect(
      mutationsOf(`CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$SELECT 1 -- DEFAULT 7 NOT NULL$$`),
    ).toEqual([]);
  });

  it('make a backfill wrong, alone and inside a block', () => {
    const alone = 'UPDATE t SET b = a * 2\nWHERE id >= low AND b IS NULL';
    expect(mutationsOf(alone).map(({ sql }) => sql)).toEqual([
      'UPDATE t SET b = a * 2\nWHERE false AND id >= low AND b IS NULL',
      'UPDATE t SET b = NULL\nWHERE id >= low AND b IS NULL',
    ]);
    expect(mutationsOf(`DO $batches$\nBEGIN\n  ${alone};\nEND\n$batches$`)).toHaveLength(2);
  });
});
