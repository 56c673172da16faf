/** Stalls of nine usual changes on a table in use: as they are written naively, and in the form that dbd plans. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyChange } from '../../src/apply/apply.ts';
import type { StatementRun } from '../../src/apply/model.ts';
import { planChange } from '../../src/change/plan.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { besideLoad } from '../../src/rehearse/beside.ts';
import { loadDefaults } from '../../src/rehearse/load.ts';
import { changeSubject } from '../../src/rehearse/subjects.ts';
import type { Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { prepareQueries } from '../../src/workload/prepare.ts';
import { figure } from './figure.ts';

/** Fewer rows only to try the measurement itself. */
const rows = Number(process.env.DBD_BENCH_ROWS ?? 3_000_000);
const readerMs = 3000;
/** Longest that any query may wait, as `--blocked` has it when nothing else is said; a try for a lock takes half of it (decision 0008). */
const budgetMs = 500;
const graceMs = 50;
/** Calls a second of each of the six clients. */
const perSecond = 100;

const variants: readonly (readonly [name: string, sql: string])[] = [
  ['SET NOT NULL', 'ALTER TABLE orders ALTER COLUMN email SET NOT NULL'],
  ['CREATE INDEX', 'CREATE INDEX orders_total ON orders (total)'],
  ['int → bigint', 'ALTER TABLE orders ALTER COLUMN total TYPE bigint'],
  [
    'ADD COLUMN, volatile default',
    'ALTER TABLE orders ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid()',
  ],
  ['ADD UNIQUE', 'ALTER TABLE orders ADD CONSTRAINT orders_code_key UNIQUE (code)'],
  ['ADD CHECK', 'ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0)'],
  [
    'ADD FOREIGN KEY',
    'ALTER TABLE orders ADD CONSTRAINT orders_customer_fkey FOREIGN KEY (customer_id) REFERENCES customers (id)',
  ],
  ['rename column', 'ALTER TABLE orders RENAME COLUMN note TO remark'],
  ['drop column', 'ALTER TABLE orders DROP COLUMN spare'],
];

const structure = `
  CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL);
  INSERT INTO customers SELECT i, 'c' || i FROM generate_series(1, 10000) i;
  CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL, total int NOT NULL, code int NOT NULL, email text, note text, spare text, touched int);
  INSERT INTO orders SELECT i, 1 + i % 10000, i % 500, i, 'e' || i, 'n', 's', 0 FROM generate_series(1, ${rows}) i;
  ANALYZE`;

let sandbox: Sandbox;
let base: SandboxDatabase;

beforeAll(async () => {
  sandbox = await startSandbox(postgres, { settings: { shared_buffers: '1GB' } });
  base = await sandbox.createDatabase();
  const session = await postgres.connect(base.ownerUrl);
  await session.run(structure).finally(() => session.close());
});
afterAll(() => sandbox?.stop());

interface Outcome {
  readonly worstMs: number;
  readonly failed: number;
  readonly tookMs: number;
  readonly attempts: number;
  readonly during: string;
}

async function measured(sql: string, safe: boolean): Promise<Outcome> {
  const database = await sandbox.createDatabase({ from: base });
  const session = await postgres.connect(database.ownerUrl, { application: 'dbd change' });
  await sandbox.durable(true);
  try {
    const before = await postgres.inspect(session);
    const client = (name: string, text: string) => ({
      name,
      sql: text,
      rate: { perSecond, peakPerSecond: perSecond },
      params: { id: { kind: 'range' as const, from: 1, to: rows } },
    });
    const prepared = await prepareQueries(
      postgres,
      session,
      before,
      [1, 2, 3].flatMap((n) => [
        client(`read ${n}`, 'SELECT id, total, touched FROM orders WHERE id = :id'),
        client(`write ${n}`, 'UPDATE orders SET touched = touched + 1 WHERE id = :id'),
      ]),
      { seed: 7, sets: 400 },
    );
    const runs: StatementRun[] = [];
    let since = 0;
    const emit = (): void => undefined;
    const { signal } = new AbortController();
    const change = planChange({
      engine: postgres,
      before,
      wishes: [{ sql, claims: [], reason: '' }],
      id: 'bench',
      title: sql,
      lockTimeoutMs: budgetMs / 2,
      serverVersion: sandbox.serverVersion,
    });
    const { outcome, underLoad } = await besideLoad(
      {
        engine: postgres,
        sandbox,
        database,
        prepared,
        assumed: false,
        readerTables: [{ schema: 'public', name: 'orders' }],
        settings: {
          ...loadDefaults,
          seed: 7,
          baselineMs: 1500,
          readerMs,
          timeoutMs: 60_000,
          connections: 60,
        },
        emit,
        signal,
        ran: () => ({ runs, since }),
        quiet: [],
        limitOf: changeSubject(change).limitOf!,
      },
      async () => {
        since = performance.now();
        if (!safe) await session.query(sql);
        else
          await applyChange({
            engine: postgres,
            session,
            change,
            direction: 'up',
            emit,
            signal,
            since,
            onStatement: (run) => void runs.push(run),
          });
        return performance.now() - since;
      },
    );
    if (!outcome.ok) throw outcome.error;
    return {
      worstMs: underLoad.stalls[0]?.ms ?? 0,
      failed: underLoad.failed + underLoad.timedOut,
      tookMs: outcome.value,
      attempts: runs.reduce((most, run) => Math.max(most, run.attempts), 1),
      during: underLoad.stalls[0]?.during ?? '',
    };
  } finally {
    await sandbox.durable(false);
    await session.close();
    await sandbox.dropDatabase(database);
  }
}

test.each(variants)('%s', async (name, sql) => {
  const naive = await measured(sql, false);
  const safe = await measured(sql, true);
  figure(
    `${name}, ${rows / 1_000_000} M rows, six open-loop clients and a ${readerMs / 1000} s reader: worst stall`,
    `≤ ${budgetMs + graceMs} ms, naive beside it`,
    `${Math.round(safe.worstMs)} ms (${safe.failed} failed, ${safe.attempts} tries, ${(safe.tookMs / 1000).toFixed(1)} s); naive ${Math.round(naive.worstMs)} ms (${naive.failed} failed, ${(naive.tookMs / 1000).toFixed(1)} s)`,
  );
  if (safe.during !== '')
    process.stdout.write(`  while: ${safe.during.replaceAll(/\s+/g, ' ').slice(0, 120)}\n`);
  expect(safe.failed).toBe(0);
  expect(safe.worstMs).toBeLessThanOrEqual(budgetMs + graceMs);
});
