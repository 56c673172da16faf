/** Figures of backfills: the rate at different sizes, and what an application beside them notices. */
import { expect, test } from 'vitest';
import type { Session } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { folder, groundOn, sleep } from '../runner/ground.ts';
import { figure, quantile } from './figure.ts';

const sizes = (process.env.DBD_BENCH_ROWS ?? '1000000,5000000,20000000').split(',').map(Number);

const change = () => {
  const files = folder();
  files.change('20261120T0915-wide', [
    {
      sql: 'DO $$ BEGIN RAISE; COMMIT; END $$',
      transaction: 'none',
      phase: 'backfill',
      batch: {
        table: { schema: 'public', name: 'items' },
        key: ['id'],
        set: 'wide = n',
        where: 'wide IS NULL',
      },
    },
  ]);
  return files.path;
};

async function table(session: Session, rows: number): Promise<void> {
  await session.run(
    `CREATE TABLE items (id bigint PRIMARY KEY, n int NOT NULL, body text NOT NULL, wide bigint);
     INSERT INTO items SELECT i, i, 'row ' || i || repeat('x', 60) FROM generate_series(1, ${rows}) i`,
  );
  await session.run('VACUUM ANALYZE items');
}

test('a backfill is as fast at the end of a large table as in a small one', async () => {
  const rates: number[] = [];
  for (const rows of sizes) {
    const sandbox = await startSandbox(postgres);
    try {
      const { ownerUrl, adminUrl } = await sandbox.createDatabase();
      const session = await postgres.connect(ownerUrl);
      await table(session, rows);
      const began = performance.now();
      await groundOn(ownerUrl, adminUrl, session, { budgets: { load: 1, batchMs: 200 } }).run(change());
      const rate = (rows / (performance.now() - began)) * 1000;
      rates.push(rate);
      figure(
        `backfill of ${rows / 1e6} M rows, batches of 200 ms, nobody beside`,
        '',
        `${Math.round(rate)} rows/s`,
      );
      await session.close();
    } finally {
      await sandbox.stop();
    }
  }
  const [first, last] = [rates[0]!, rates.at(-1)!];
  figure('&nbsp;&nbsp;largest beside smallest', 'flat', `${(last / first).toFixed(2)} ×`);
  expect(last / first).toBeGreaterThan(0.6);
});

test('an application beside a backfill', async () => {
  const rows = sizes[0]!;
  const sandbox = await startSandbox(postgres);
  try {
    const { ownerUrl, adminUrl } = await sandbox.createDatabase();
    const session = await postgres.connect(ownerUrl);
    await table(session, rows);
    const size = async (): Promise<number> =>
      Number((await session.query<{ b: number }>(`SELECT pg_table_size('items')::float8 AS b`)).rows[0]!.b);
    const before = await size();
    let times: number[] = [];
    let stop = false;
    const client = async (seed: number): Promise<void> => {
      const own = await postgres.connect(ownerUrl);
      for (let i = 0; !stop; i++) {
        const id = 1 + ((seed * 7919 + i * 104_729) % rows);
        const at = performance.now();
        await own.query(
          i % 4 === 0 ? 'UPDATE items SET body = body WHERE id = $1' : 'SELECT body FROM items WHERE id = $1',
          [id],
        );
        times.push(performance.now() - at);
        await sleep(4);
      }
      await own.close();
    };
    const clients = [1, 2, 3, 4].map(client);
    await sleep(5000);
    const alone = quantile(times, 0.99);
    times = [];
    const began = performance.now();
    await groundOn(ownerUrl, adminUrl, session).run(change());
    const ms = performance.now() - began;
    const beside = quantile(times, 0.99);
    stop = true;
    await Promise.all(clients);
    const deadlocks = Number(
      (
        await session.query<{ n: number }>(
          'SELECT deadlocks::int AS n FROM pg_stat_database WHERE datname = current_database()',
        )
      ).rows[0]!.n,
    );
    figure(
      `backfill of ${rows / 1e6} M rows beside four clients, as configured by default`,
      '',
      `${Math.round((rows / ms) * 1000)} rows/s`,
    );
    figure(
      '&nbsp;&nbsp;99th percentile of the application, alone and beside',
      '+ 10 %',
      `${alone.toFixed(1)} ms, ${beside.toFixed(1)} ms`,
    );
    figure('&nbsp;&nbsp;size of the table', '≤ 1.2 ×', `${((await size()) / before).toFixed(2)} ×`);
    figure('&nbsp;&nbsp;deadlocks', '0', String(deadlocks));
    expect(deadlocks).toBe(0);
    await session.close();
  } finally {
    await sandbox.stop();
  }
});
