import { expect, test } from 'vitest';
import { rehearseChange, type ChangeRehearsal } from '../../src/rehearse/rehearse.ts';
import { rehearseScales } from '../../src/rehearse/scales/scales.ts';
import { filesSubject, watchedOnce } from '../../src/rehearse/subjects.ts';
import type { Step } from '../../src/change/model.ts';
import { testDatabase, testSandbox } from '../support/database.ts';
import { change, postgres, shop, workload } from './shop.ts';

const signal = new AbortController().signal;
const emit = (): void => undefined;

async function beside(step: Partial<Step> & { readonly sql: string }): Promise<ChangeRehearsal> {
  return rehearseChange({
    engine: postgres,
    sandbox: await testSandbox(),
    base: await shop(),
    workload,
    loadMs: 500,
    load: { readerMs: 900, idleMs: 1500, standby: true, standbyDelayMs: 200 },
    emit,
    signal,
    seed: 7,
    change: change([step]),
  });
}

test('a lock that readers hold up is granted when they leave; the standby cancels its readers for it', async () => {
  const { underLoad } = await beside({
    sql: 'ALTER TABLE orders ALTER COLUMN total TYPE bigint',
    undo: 'ALTER TABLE orders ALTER COLUMN total TYPE int',
  });
  expect(underLoad!.holders.map(({ kind, ms }) => [kind, ms])).toEqual([
    ['long reader', 900],
    ['idle transaction', 1500],
  ]);
  const [wait] = underLoad!.waits;
  expect(wait).toMatchObject({ granted: true, limitMs: 300, holder: { kind: 'idle transaction' } });
  expect(wait!.attempts).toBeGreaterThan(1);
  expect(wait!.chance).toBeCloseTo(300 / 1500, 5);
  expect(wait!.calls).toBeGreaterThan(0);
  expect(wait!.waitedMs).toBeGreaterThanOrEqual(wait!.worstMs);
  const { standby } = underLoad!;
  if (standby?.kind !== 'followed') throw new Error('there was no standby');
  // The replayed lock waits for the reader, which holds the table in its transaction, and ends it after the delay.
  expect(standby.cancelledReaders).toBeGreaterThan(0);
  expect(standby.conflicts.lock).toBeGreaterThan(0);
  expect(standby.lagBytes).toBeGreaterThan(100_000);
  // A slot keeps what the standby has not written yet, which between two looks may be nothing.
  expect(standby.retainedBytes).toBeGreaterThanOrEqual(0);
  expect(standby.caughtUpMs).toBeDefined();
});

test('a concurrent build meets no lock of theirs, and no reader of the standby is cancelled for a lock', async () => {
  const { underLoad } = await beside({
    sql: 'CREATE INDEX CONCURRENTLY orders_total ON orders (total)',
    undo: 'DROP INDEX CONCURRENTLY IF EXISTS orders_total',
    transaction: 'none',
    undoOutside: true,
  });
  const [wait] = underLoad!.waits;
  expect(wait!.attempts).toBe(1);
  expect(wait!.chance).toBeUndefined();
  expect(underLoad!.standby).toMatchObject({ kind: 'followed', conflicts: { lock: 0 } });
});

test('a statement is measured on four sizes, the largest beyond the memory of the server, and carried on', async () => {
  const sandbox = await testSandbox();
  const empty = await testDatabase({
    sql: 'CREATE TABLE orders (id int PRIMARY KEY, total int NOT NULL, note text)',
  });
  const fill = async (url: string, rows: number): Promise<void> => {
    const session = await postgres.connect(url);
    await session.run(
      `INSERT INTO orders SELECT i, i % 500, repeat('x', 60) FROM generate_series(1, ${rows}) i; ANALYZE orders`,
    );
    await session.close();
  };
  const full = await sandbox.createDatabase({ from: empty });
  await fill(full.ownerUrl, 54_000);
  const options = { engine: postgres, emit, signal };
  const subject = filesSubject(
    [
      {
        path: 'up.sql',
        sql: 'ALTER TABLE orders ALTER COLUMN total TYPE bigint; ALTER TABLE orders ADD COLUMN a int',
      },
    ],
    undefined,
  );
  const seen = await rehearseScales({
    ...options,
    sandbox,
    empty,
    full,
    rows: 54_000,
    fill: (_copy, database, rows) => fill(database.ownerUrl, rows),
    run: (copy, database) => watchedOnce(options, subject, copy, database),
    grows: (run) => run.rewrites.length > 0,
    rowsThere: () => 5_000_000,
    boxMs: 60_000,
  });
  expect(seen.sizes).toEqual([2000, 6000, 18_000, 54_000]);
  expect(seen.largestBytes).toBeGreaterThan(seen.cacheBytes);
  expect(seen.statements).toHaveLength(1);
  const [rewrite] = seen.statements;
  expect(rewrite).toMatchObject({ table: 'public.orders', rows: [2000, 6000, 18_000, 54_000] });
  const log = rewrite!.figures.find(({ figure }) => figure === 'log')!;
  expect(log.fit!.residual).toBeLessThan(0.5);
  expect(log.measured[3]!).toBeGreaterThan(log.measured[0]! * 10);
  // A hundred times what was measured is a range and no proof.
  expect(log.there).toMatchObject({ rows: 5_000_000, proven: false });
  expect(log.there!.high).toBeGreaterThan(log.there!.low);
});

test('sizes that the time does not reach for are said to be missing', async () => {
  const sandbox = await testSandbox();
  const base = await shop();
  const seen = await rehearseScales({
    engine: postgres,
    emit,
    signal,
    sandbox,
    empty: await testDatabase({ sql: 'CREATE TABLE orders (id int PRIMARY KEY)' }),
    full: base,
    rows: 50_000,
    fill: () => Promise.resolve(),
    run: () => Promise.resolve([]),
    grows: () => true,
    rowsThere: () => undefined,
    boxMs: 0,
  });
  expect(seen.sizes).toHaveLength(1);
  expect(seen.because).toContain('1 of 4 sizes');
});
