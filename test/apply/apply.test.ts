import { expect, test } from 'vitest';
import { applyChange } from '../../src/apply/apply.ts';
import type { StatementRun } from '../../src/apply/model.ts';
import type { Change } from '../../src/change/model.ts';
import type { Session } from '../../src/engine/model.ts';
import { change, postgres, shop } from '../rehearse/shop.ts';

/** Applies a change on a fresh shop, with another session beside. */
async function apply(
  what: Change,
  direction: 'up' | 'down' = 'up',
  beside: (other: Session) => Promise<() => Promise<void>> = async () => async () => undefined,
): Promise<{
  readonly runs: readonly StatementRun[];
  readonly error?: unknown;
  readonly notes: readonly string[];
  readonly count: (sql: string) => Promise<unknown>;
}> {
  const database = await shop();
  const session = await postgres.connect(database.ownerUrl);
  const other = await postgres.connect(database.ownerUrl);
  const runs: StatementRun[] = [];
  const notes: string[] = [];
  let error: unknown;
  await postgres.grammar.ready();
  const also = (await beside(other))();
  try {
    await applyChange({
      engine: postgres,
      session,
      change: what,
      direction,
      emit: (event) => event.kind === 'note' && notes.push(event.text),
      signal: new AbortController().signal,
      onStatement: (run) => runs.push(run),
    });
  } catch (thrown) {
    error = thrown;
  }
  await also;
  await session.close();
  return {
    runs,
    error,
    notes,
    count: async (sql) => {
      return Object.values((await other.query(sql)).rows[0]!)[0];
    },
  };
}

test('a lock that is not granted is tried again, and the tries are kept', async () => {
  const hold = async (other: Session) => {
    await other.run('BEGIN; LOCK TABLE orders');
    return async () => {
      await new Promise((resolve) => setTimeout(resolve, 350));
      await other.run('COMMIT');
    };
  };
  const { runs, error, notes, count } = await apply(
    change([
      { sql: 'CREATE TABLE first (id int)' },
      { sql: 'ALTER TABLE orders ADD COLUMN a int', lockTimeoutMs: 100 },
    ]),
    'up',
    hold,
  );
  expect(error).toBeUndefined();
  const last = runs.at(-1)!;
  expect(last.attempts).toBeGreaterThan(1);
  expect(last.tries).toHaveLength(last.attempts - 1);
  expect(notes).toHaveLength(last.attempts - 1);
  expect(runs).toHaveLength(2);
  expect(
    await count(
      `SELECT count(*) FROM information_schema.columns WHERE table_name = 'orders' AND column_name = 'a'`,
    ),
  ).toBe(1);
});

test('batches run until none affects a row, and each is committed', async () => {
  const { runs, count } = await apply(
    change([
      { sql: 'ALTER TABLE orders ADD COLUMN done bool', transaction: 1 },
      {
        sql: 'UPDATE orders SET done = true WHERE id IN (SELECT id FROM orders WHERE done IS NULL AND id <= 2500 ORDER BY id LIMIT 1000 FOR UPDATE)',
        transaction: 'none',
        batched: true,
      },
    ]),
  );
  expect(runs.map((run) => run.rows)).toEqual([0, 2500]);
  expect(await count('SELECT count(*) FROM orders WHERE done')).toBe(2500);
  expect(await count('SELECT count(DISTINCT xmin::text) FROM orders WHERE done')).toBe(3);
});

test('transactions before the failing one stay, the failing one leaves nothing', async () => {
  const { runs, error, count } = await apply(
    change(
      [{ sql: 'CREATE TABLE kept (id int)' }],
      [{ sql: 'CREATE TABLE gone (id int)' }, { sql: 'INSERT INTO customers VALUES (1, NULL)' }],
      [{ sql: 'CREATE TABLE never (id int)' }],
    ),
  );
  expect(error).toMatchObject({
    code: 'sql.failed',
    fields: { sqlstate: '23502' },
    details: { origin: 'up/02-backfill.sql', step: 'S2.2' },
  });
  expect(runs.map((run) => run.error?.sqlstate)).toEqual([undefined, undefined, '23502']);
  expect(
    await count(
      `SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relname IN ('kept', 'gone', 'never')`,
    ),
  ).toBe('kept');
});

test('the way back runs in reverse and outside transactions where it must', async () => {
  const both = change([
    { sql: 'CREATE TABLE extra (id int)', undo: 'DROP TABLE extra' },
    {
      sql: 'CREATE INDEX CONCURRENTLY extra_id ON extra (id)',
      undo: 'DROP INDEX CONCURRENTLY extra_id',
      transaction: 'none',
      undoOutside: true,
    },
    { sql: 'SELECT 1', undo: null, transaction: 2 },
  ]);
  const database = await shop();
  const session = await postgres.connect(database.ownerUrl);
  const all = {
    engine: postgres,
    session,
    change: both,
    emit: () => undefined,
    signal: new AbortController().signal,
  };
  await applyChange({ ...all, direction: 'up' });
  const runs = await applyChange({ ...all, direction: 'down' });
  await session.close();
  expect(runs.map((run) => [run.sql, run.transaction, run.origin])).toEqual([
    ['DROP INDEX CONCURRENTLY extra_id', undefined, 'down/01-expand.sql'],
    ['DROP TABLE extra', 1, 'down/01-expand.sql'],
  ]);
});

const unique = {
  sql: 'CREATE UNIQUE INDEX CONCURRENTLY orders_total ON orders (total)',
  undo: 'DROP INDEX CONCURRENTLY IF EXISTS orders_total',
  transaction: 'none' as const,
  undoOutside: true,
};

test('a concurrent build that fails leaves no invalid index', async () => {
  const { error, count } = await apply(change([unique]));
  expect(error).toMatchObject({ fields: { sqlstate: '23505' } });
  expect(await count(`SELECT count(*) FROM pg_class WHERE relname = 'orders_total'`)).toBe(0);
});

test('an index that was there before is not taken for a half-built one', async () => {
  const { error, count } = await apply(
    change([{ sql: 'CREATE INDEX orders_total ON orders (total)' }], [unique]),
  );
  expect(error).toMatchObject({ fields: { sqlstate: '42P07' } });
  expect(await count(`SELECT count(*) FROM pg_class WHERE relname = 'orders_total'`)).toBe(1);
});
