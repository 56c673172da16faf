import { expect, test } from 'vitest';
import { rehearseChange, type RehearsalOptions } from '../../src/rehearse/rehearse.ts';
import { testSandbox } from '../support/database.ts';
import { change, postgres, shop, workload } from './shop.ts';

async function options(more: Partial<RehearsalOptions> = {}): Promise<RehearsalOptions> {
  return {
    engine: postgres,
    sandbox: await testSandbox(),
    base: await shop(),
    workload,
    loadMs: 600,
    load: { readerMs: 900 },
    emit: () => undefined,
    signal: new AbortController().signal,
    seed: 7,
    ...more,
  };
}

test('a naive type change is seen to rewrite, to stall readers and writers, and to come back equal', async () => {
  const seen = await rehearseChange({
    ...(await options({ load: { readerMs: 0 } })),
    change: change([
      {
        sql: 'ALTER TABLE orders ALTER COLUMN id TYPE bigint',
        undo: 'ALTER TABLE orders ALTER COLUMN id TYPE int',
      },
    ]),
  });
  expect(seen.upFailed).toBeUndefined();
  expect(seen.statements).toHaveLength(1);
  const [statement] = seen.statements;
  expect(statement).toMatchObject({
    origin: 'up/01-expand.sql',
    step: 'S1.1',
    transaction: 1,
    sampled: false,
    attempts: 1,
  });
  expect(statement!.rewrites).toEqual(['public.orders']);
  expect(statement!.locks).toEqual([{ relation: 'public.orders', mode: 'ACCESS EXCLUSIVE' }]);
  expect(statement!.walBytes).toBeGreaterThan(1_000_000);
  expect(seen.roundTrip).toMatchObject({ afterDown: [], afterSecondUp: [] });
  expect(seen.roundTrip!.rows).toEqual([
    { table: 'public.customers', before: 1000, after: 1000, equal: true, lost: [] },
    { table: 'public.orders', before: 50_000, after: 50_000, equal: true, lost: [] },
  ]);
  // The result type of SELECT * changed under the sessions that had prepared it.
  const broken = seen.compatibility.filter((run) => !run.ok);
  expect(broken.map((run) => [run.query, run.mode])).toContainEqual(['order by key', 'prepared before']);
  expect(broken.every((run) => run.mode === 'prepared before' && run.error!.includes('0A000'))).toBe(true);
  expect(seen.underLoad!.during.queries.map((query) => query.name)).toHaveLength(4);
  expect(seen.underLoad!.failed).toBe(0);
});

test('an ALTER behind a long reader holds everyone up until its lock limit, and is tried again', async () => {
  const seen = await rehearseChange({
    ...(await options()),
    change: change([
      { sql: 'ALTER TABLE orders ADD COLUMN channel text', undo: 'ALTER TABLE orders DROP COLUMN channel' },
    ]),
  });
  const { underLoad } = seen;
  expect(underLoad!.readerTables).toEqual(['public.orders']);
  const worst = underLoad!.stalls.find((stall) => stall.query === 'order by key')!;
  // Queries that arrive behind the waiting ALTER wait with it; those of other tables do not.
  const untouched = underLoad!.stalls.find((stall) => stall.query === 'customer by key')!;
  expect(worst.ms).toBeGreaterThan(untouched.ms);
  expect(underLoad!.statementStalls[0]!.during).toContain('ADD COLUMN channel');
  // The reader stays three times as long as a try.
  const [loaded] = seen.loadedStatements!;
  expect(loaded!.attempts).toBeGreaterThan(1);
  expect(loaded!.tries).toHaveLength(loaded!.attempts - 1);
  expect(worst.during).toContain('ADD COLUMN channel');
  expect(
    seen.compatibility.find((run) => run.query === 'order by key' && run.mode === 'prepared before'),
  ).toMatchObject({
    ok: false,
    phase: '1 expand',
    error: expect.stringContaining('0A000'),
  });
  expect(seen.compatibility.filter((run) => run.query !== 'order by key' && !run.ok)).toEqual([]);
});

test('a concurrent build stalls nobody', async () => {
  const seen = await rehearseChange({
    ...(await options()),
    change: change([
      {
        sql: 'CREATE INDEX CONCURRENTLY orders_total ON orders (total)',
        undo: 'DROP INDEX CONCURRENTLY IF EXISTS orders_total',
        transaction: 'none',
        undoOutside: true,
      },
    ]),
  });
  expect(seen.upFailed).toBeUndefined();
  expect(seen.statements[0]).toMatchObject({
    sampled: true,
    rewrites: [],
    scans: ['index orders_total built on public.orders'],
  });
  expect(seen.statements[0]!.locks).toContainEqual({
    relation: 'public.orders',
    mode: 'SHARE UPDATE EXCLUSIVE',
  });
  expect(seen.roundTrip).toMatchObject({ afterDown: [], afterSecondUp: [] });
  expect(seen.compatibility.every((run) => run.ok)).toBe(true);
  expect(seen.underLoad).toMatchObject({ timedOut: 0, failed: 0 });
  // The reader held the build itself up; whoever had queued behind it would have waited as long as the build.
  const build = seen.loadedStatements![0]!.ms;
  for (const stall of seen.underLoad!.stalls) expect(stall.ms).toBeLessThan(build);
});

test('rows that the way back does not bring back are named by column', async () => {
  const seen = await rehearseChange({
    ...(await options({ load: false })),
    change: change(
      [{ sql: 'ALTER TABLE orders DROP COLUMN note', undo: 'ALTER TABLE orders ADD COLUMN note text' }],
      [
        {
          sql: 'UPDATE orders SET total = total + 1 WHERE id <= 10',
          undo: 'UPDATE orders SET total = total - 1 WHERE id <= 9',
        },
      ],
    ),
  });
  expect(seen.roundTrip!.afterDown).toEqual([]);
  expect(seen.roundTrip!.rows[1]).toEqual({
    table: 'public.orders',
    before: 50_000,
    after: 50_000,
    equal: false,
    lost: ['total', 'note'],
  });
  expect(seen.compatibility.map((run) => run.phase)).toContain('2 backfill');
  expect(seen.underLoad).toBeUndefined();
});

test('a change that fails half way leaves nothing of its transaction behind', async () => {
  const seen = await rehearseChange({
    ...(await options()),
    change: change([
      { sql: 'CREATE TABLE extra (id int PRIMARY KEY)', undo: 'DROP TABLE extra' },
      {
        sql: 'ALTER TABLE orders ADD CONSTRAINT small CHECK (total < 10)',
        undo: 'ALTER TABLE orders DROP CONSTRAINT small',
      },
    ]),
  });
  expect(seen.upFailed).toMatchObject({ code: 'sql.failed', fields: { sqlstate: '23514' } });
  expect(seen.upFailed!.message).toContain('up/01-expand.sql, step S1.2');
  expect(seen.statements.map((run) => run.error?.sqlstate)).toEqual([undefined, '23514']);
  expect(seen.leftBehind).toEqual([]);
  expect(seen.roundTrip).toBeUndefined();
  expect(seen.underLoad).toBeUndefined();
});

test('a way back that does not lead back is told', async () => {
  const seen = await rehearseChange({
    ...(await options({ load: false })),
    change: change([
      {
        sql: 'ALTER TABLE orders ADD COLUMN a int, ADD COLUMN b int',
        undo: 'ALTER TABLE orders DROP COLUMN a',
      },
    ]),
  });
  expect(seen.roundTrip!.afterDown.map((difference) => difference.path)).toEqual([
    expect.stringContaining('orders column b'),
  ]);
  expect(seen.secondUpFailed?.fields.sqlstate).toBe('42701');
});

test('without a workload the touched tables are read and written by key, and the load says that it is assumed', async () => {
  const { workload: _none, ...rest } = await options();
  const seen = await rehearseChange({
    ...rest,
    change: change([
      {
        sql: 'ALTER TABLE orders ALTER COLUMN total TYPE bigint',
        undo: 'ALTER TABLE orders ALTER COLUMN total TYPE int',
      },
    ]),
  });
  expect(seen.underLoad!.assumed).toBe(true);
  expect(seen.underLoad!.during.queries.map((query) => query.name)).toEqual([
    'read orders by key',
    'write orders by key',
  ]);
  expect(seen.compatibility).toEqual([]);
});

test('stopping ends the rehearsal with the code for it', async () => {
  const stop = new AbortController();
  const running = rehearseChange({
    ...(await options({ signal: stop.signal })),
    change: change([{ sql: 'SELECT pg_sleep(30)' }]),
  });
  setTimeout(() => stop.abort(), 300);
  await expect(running).rejects.toMatchObject({ code: 'interrupted' });
});
