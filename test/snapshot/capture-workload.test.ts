/** What of the counted statements comes into a snapshot. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { run, snapshotOf } from './capture-tools.ts';

describe.each([18, 13])('statements of PostgreSQL %i', (major) => {
  let sandbox: Sandbox;
  let database: SandboxDatabase;
  beforeAll(async () => {
    sandbox = await startSandbox(postgres, {
      major,
      settings: { autovacuum: 'off', 'pg_stat_statements.track': 'all' },
    });
    database = await sandbox.createDatabase();
    await run(
      database.ownerUrl,
      `CREATE TABLE jobs (id int PRIMARY KEY, state text); INSERT INTO jobs SELECT i, 'new' FROM generate_series(1, 100) i;
       CREATE FUNCTION work() RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE jobs SET state = 'done' WHERE id = 3; END $$`,
    );
    await run(database.adminUrl, 'CREATE EXTENSION pg_stat_statements; SELECT pg_stat_statements_reset()');
    const session = await postgres.connect(database.ownerUrl);
    for (let i = 0; i < 5; i += 1) await session.query('SELECT state FROM jobs WHERE id = $1', [i]);
    await session.query(`/* who: me */ -- asks\n (SELECT count(*) FROM jobs WHERE state = 'new')`);
    await session.query('SELECT work()');
    await session.query('CREATE TEMP TABLE own (id int)');
    await session.close();
    await run(database.adminUrl, `CREATE ROLE app_${major} PASSWORD 'hunter2'`);
  });
  afterAll(() => sandbox?.stop());

  test('planned ones are kept with their figures, commands are only counted', async () => {
    const { workload } = await snapshotOf(database.adminUrl);
    const of = (part: string) => workload.statements.filter(({ sql }) => sql.includes(part));
    expect(of('SELECT state FROM jobs')).toMatchObject([
      {
        sql: 'SELECT state FROM jobs WHERE id = $1',
        calls: 5,
        rows: 4,
        cut: false,
        samples: [],
        role: 'dbd_owner',
      },
    ]);
    expect(of('count(*) FROM jobs')).toMatchObject([{ calls: 1, rows: 1 }]);
    expect(of('count(*) FROM jobs')[0]!.sql).toContain('state = $1');
    expect(of('hunter2')).toEqual([]);
    expect(of('CREATE')).toEqual([]);
    expect(workload.counted!.statements).toBeGreaterThan(workload.statements.length);
    expect(workload.counted!.calls).toBeGreaterThan(7);
    expect(workload.since === undefined).toBe(major < 14);
  });

  test('those that ran inside a function are marked', async () => {
    const { workload } = await snapshotOf(database.adminUrl);
    const inner = workload.statements.find(({ sql }) => sql.startsWith('UPDATE jobs'));
    expect(inner?.nested).toBe(major < 14 ? undefined : true);
    expect(workload.statements.find(({ sql }) => sql === 'SELECT work()')?.nested).toBeUndefined();
  });

  test('only the busiest are kept, when they are limited', async () => {
    const all = (await snapshotOf(database.adminUrl)).workload.statements;
    const { workload } = await snapshotOf(database.adminUrl, { statements: 2 });
    expect(workload.statements).toHaveLength(2);
    expect(workload.statements[0]!.totalMs).toBeGreaterThanOrEqual(workload.statements[1]!.totalMs);
    expect(all.length).toBeGreaterThan(2);
    expect((await snapshotOf(database.adminUrl, { statements: 0 })).workload.statements).toEqual([]);
  });
});
