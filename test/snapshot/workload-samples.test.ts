/** Values of real calls, from logs that real servers wrote. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../src/commands/run.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { CapturedStatement, Snapshot } from '../../src/engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';
import { readSnapshot } from '../../src/snapshot/file.ts';
import { sampledSnapshot } from '../../src/snapshot/workload/samples.ts';
import { scratch } from '../deliver/delivery.ts';
import { snapshotQueries } from '../../src/snapshot/workload/workload.ts';
import { logFiles, loggingServer } from '../support/logging-server.ts';

const signal = new AbortController().signal;
const emit = (): void => undefined;

const structure = `
  CREATE TABLE orders (id int PRIMARY KEY, status text, at timestamptz, note text);
  INSERT INTO orders SELECT n, CASE WHEN n % 10 = 0 THEN 'open' ELSE 'done' END, '2026-01-01'::timestamptz + n * interval '1 min', 'x'
    FROM generate_series(1, 2000) AS n;
  ANALYZE orders;`;

/** Runs statements as clients do: in one text, and with values beside it. */
async function callAll(server: Sandbox, database: SandboxDatabase): Promise<Snapshot> {
  await server.installExtension(database, 'pg_stat_statements');
  const session = await postgres.connect(database.adminUrl);
  try {
    await session.run(structure);
    await session.run('SELECT pg_stat_statements_reset()');
    for (let n = 0; n < 40; n++) await session.run(`SELECT id FROM orders WHERE status = 'open' LIMIT 5`);
    for (let n = 0; n < 3; n++)
      await session.run(`SELECT id FROM orders\n\tWHERE status = 'done, it''s' LIMIT 7`);
    for (let n = 1; n <= 30; n++)
      await session.query('UPDATE orders SET note = $2 WHERE id = $1', [
        n % 5,
        `note, "${n % 3}" it's\n\tmore`,
      ]);
    await session.query('SELECT count(*) FROM orders WHERE at > $1 AND note IS NOT DISTINCT FROM $2', [
      '2026-01-02',
      null,
    ]);
    await session.run('SELECT * FROM orders WHERE id IN (1, 2, 3)');
    await session.run(`SELECT * FROM orders WHERE id = -1; SELECT note FROM orders WHERE status = 'grün'`);
    await session.run('BEGIN; SET LOCAL work_mem = 4096; COMMIT');
    return await postgres.capture.read(session, {
      probes: [],
      statementMs: 10_000,
      statements: 500,
      emit,
      signal,
    });
  } finally {
    await session.close();
  }
}

describe.each([15, 18])('logs of PostgreSQL %i', (major) => {
  let server: Sandbox;
  let snapshot: Snapshot;
  let files: Awaited<ReturnType<typeof logFiles>>;
  let address: string;

  beforeAll(async () => {
    server = await loggingServer(major, major === 15 ? '%m [%p] %q%u@%d/%a %Q ' : '%t:%r:%u@%d:[%p]:%l ');
    const database = await server.createDatabase();
    address = database.adminUrl;
    snapshot = await callAll(server, database);
    files = await logFiles(server);
  });
  afterAll(async () => server.stop());

  test.each(['stderr', 'csv', 'json'] as const)('%s', async (form) => {
    const sampled = await sampledSnapshot({ engine: postgres, snapshot, paths: [files[form]], emit, signal });
    const samples = (text: string): CapturedStatement['samples'] =>
      sampled.snapshot.workload.statements.find(({ sql }) => sql.includes(text))!.samples;
    expect(sampled.limits).toEqual([]);
    // The most common set stands first.
    expect(samples('WHERE status = $1 LIMIT')).toEqual([
      ['open', '5'],
      ["done, it's", '7'],
    ]);
    expect(samples('UPDATE orders')).toHaveLength(12);
    expect(samples('UPDATE orders').map(([, note]) => note)).toContain(`note, "2" it's\n\tmore`);
    expect(samples('IS NOT DISTINCT')).toEqual([['2026-01-02 00:00:00+00', null]]);
    expect(samples('id IN')).toEqual([major >= 18 ? ['{1,2,3}'] : ['1', '2', '3']]);
    expect(samples('* FROM orders WHERE id = $1')).toEqual([['-1']]);
    expect(samples('SELECT note')).toEqual([['grün']]);
    expect(sampled.matched).toBeGreaterThanOrEqual(77);
    const session = await postgres.connect(address);
    const made = await snapshotQueries({ engine: postgres, session, snapshot: sampled.snapshot }).finally(
      () => session.close(),
    );
    const known = made.queries.filter(({ basis }) => basis === 'known').map(({ sql }) => sql);
    expect(known.some((sql) => sql.includes(major >= 18 ? 'id = ANY ($1)' : 'id IN ($1, $2, $3)'))).toBe(
      true,
    );
    expect(known.filter((sql) => sql.includes('orders'))).toHaveLength(6);
    expect(made.queries.filter(({ basis, sql }) => basis !== 'known' && sql.includes('orders'))).toEqual([]);
  });

  test('the command takes them along, and a damaged or missing log is told', async () => {
    const folder = scratch();
    const out = join(folder, 'prod.dbds');
    const database = address;
    const report = await run(
      'snapshot',
      { database, samples: [files.csv, files.json], out },
      { cwd: folder },
    );
    const taken = await readSnapshot(out);
    expect(taken.workload.statements.find(({ sql }) => sql.includes('SELECT note'))?.samples).toEqual([
      ['grün'],
    ]);
    expect(report.meta.limits.join()).toMatch(/\d+ statements of \d+ have values of real calls: /);
    await expect(
      run('snapshot', { database, samples: ['none.log'], out }, { cwd: folder }),
    ).rejects.toMatchObject({
      code: 'file.missing',
    });
  });
});
