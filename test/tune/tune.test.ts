import { expect, test } from 'vitest';
import type { Catalog, Name } from '../../src/catalog/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';
import { measureAccess, type Pattern } from '../../src/tune/access.ts';
import { candidates } from '../../src/tune/candidates.ts';
import type { TuneQuery } from '../../src/tune/model.ts';
import { tuneIndexes } from '../../src/tune/tune.ts';
import { fillTwin } from '../../src/twin/fill/fill.ts';
import type { TableVolume } from '../../src/twin/model.ts';
import { testDatabase, testSandbox } from '../support/database.ts';

const schema = `
CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE, active boolean NOT NULL);
CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id bigint NOT NULL REFERENCES users, kind text NOT NULL, tags text[] NOT NULL, at timestamptz NOT NULL DEFAULT now());`;
const rows = 60_000;
const table = (name: string): Name => ({ schema: 'public', name });
const volume = (name: string, made: number, horizon: number, perDay: number): TableVolume => ({
  table: table(name),
  claim: 'V1',
  now: made,
  horizon,
  rows: made,
  basis: 'declared',
  scale: made / horizon,
  slice: made / horizon,
  perDay,
});
const signal = new AbortController().signal;
const emit = (): void => undefined;
const rate = (perSecond: number) => ({ perSecond, peakPerSecond: perSecond });
const ofUser: TuneQuery = {
  claim: 'Q1',
  sql: 'SELECT id, at FROM events WHERE user_id = :u ORDER BY at DESC LIMIT 20',
  rate: rate(20),
  p95: 5,
  values: [[5], [17], [400], [999]],
};
const byKey: TuneQuery = {
  claim: 'Q2',
  sql: 'SELECT email FROM users WHERE id = :id',
  rate: rate(50),
  values: [[5], [17]],
};
const count: TuneQuery = {
  claim: 'Q3',
  sql: 'SELECT count(*) FROM users WHERE active = true',
  rate: rate(0.001),
  values: [[]],
};

async function catalogOf(database: SandboxDatabase): Promise<Catalog> {
  await postgres.grammar.ready();
  const session = await postgres.connect(database.adminUrl);
  return postgres.inspect(session).finally(() => session.close());
}

async function filled(horizon: number): Promise<{
  database: SandboxDatabase;
  sizes: SandboxDatabase[];
  catalog: Catalog;
  volumes: readonly TableVolume[];
}> {
  const sandbox = await testSandbox();
  const database = await testDatabase({ sql: schema });
  const catalog = await catalogOf(database);
  const volumes = [volume('users', 1000, 1000, 0), volume('events', rows, horizon, 100)];
  const common = { engine: postgres, sandbox, database, catalog, volumes, seed: 1, emit, signal };
  await fillTwin({ ...common, tables: [table('users')] });
  const sizes: SandboxDatabase[] = [];
  let from = 0;
  for (const to of [0.25, 0.5, 1]) {
    await fillTwin({ ...common, tables: [table('events')], portion: { from, to } });
    from = to;
    sizes.push(to === 1 ? database : await sandbox.createDatabase({ from: database }));
  }
  return { database, sizes, catalog, volumes };
}

test('candidates follow predicates and order, and leave out what an index already leads with', async () => {
  const database = await testDatabase({ sql: schema });
  const found = candidates(
    [
      ofUser,
      byKey,
      {
        claim: 'Q4',
        sql: "SELECT id FROM events WHERE tags @> ARRAY['a'] AND kind = 'view'",
        rate: rate(1),
        values: [],
      },
    ],
    await catalogOf(database),
    postgres,
  );
  const keys = found.map((one) => one.columns.join(','));
  expect(keys).toContain('user_id,at');
  expect(keys).toContain('user_id');
  expect(found.some((one) => one.table.name === 'users')).toBe(false);
  expect(found.some((one) => one.sql.includes('USING gin'))).toBe(true);
  expect(new Set(found.map((one) => one.name)).size).toBe(found.length);
  const session = await postgres.connect(database.ownerUrl);
  for (const one of found) await session.query(one.sql);
  await session.close();
});

test('a query that needs an index gets it, a useless one is rejected, and the database keeps the indexes it had', async () => {
  const { database, catalog, volumes } = await filled(rows);
  const result = await tuneIndexes({
    engine: postgres,
    sandbox: await testSandbox(),
    database,
    catalog,
    volumes,
    queries: [ofUser, byKey, count],
    seed: 1,
    emit,
    signal,
    timeLimitMs: 20_000,
  });
  expect(result.kept.some((index) => index.columns[0] === 'user_id')).toBe(true);
  expect(result.kept.every((index) => index.table.name === 'events')).toBe(true);
  expect(result.rejected.some((index) => index.table.name === 'users')).toBe(true);
  for (const index of [...result.kept, ...result.rejected]) expect(index.because.length).toBeGreaterThan(10);
  // Each kept index does something that no other one does as well.
  expect(result.kept).toHaveLength(1);
  expect(result.rejected.length).toBeGreaterThan(1);
  const [kept] = result.kept;
  expect(kept!.bytes).toBeGreaterThan(0);
  expect(kept!.serves).toEqual(['Q1']);
  expect(kept!.writeMsPerRow).toBeGreaterThanOrEqual(0);
  const q1 = result.queries.find((query) => query.claim === 'Q1')!;
  expect(q1.buffersAfter).toBeLessThan(q1.buffersBefore);
  expect(q1.planAfter.join(' ')).toContain(kept!.name);
  const after = await catalogOf(database);
  expect(after.tables.map((t) => t.indexes.length)).toEqual(catalog.tables.map((t) => t.indexes.length));
});

test('access patterns are derived below the declared volume, inserts included, and a broken one is not proven', async () => {
  const { sizes, catalog, volumes } = await filled(rows * 4);
  for (const database of sizes) {
    const session = await postgres.connect(database.ownerUrl);
    await session.query('CREATE INDEX ON events (user_id, at)');
    await session.close();
  }
  const patterns: readonly Pattern[] = [
    { claim: 'Q1', sql: ofUser.sql, rate: rate(20), p95: 60_000 },
    { claim: 'Q2', insert: table('events'), rate: rate(20), p95: 60_000 },
    { claim: 'Q3', sql: 'SELECT nothing FROM events', rate: rate(1), p95: 1000 },
    { claim: 'Q4', sql: byKey.sql, rate: rate(20), p95: 60_000 },
    {
      claim: 'Q5',
      sql: "SELECT kind, count(*) FROM events WHERE at >= now() - interval '600 days' GROUP BY 1",
      rate: rate(0.1),
      p95: 60_000,
    },
  ];
  const results = await measureAccess({
    engine: postgres,
    sandbox: await testSandbox(),
    sizes: sizes.map((database) => ({ database })),
    catalog,
    patterns,
    volumes,
    seed: 1,
    durationMs: 600,
    emit,
    signal,
  });
  const of = (claim: string) => results.find((result) => result.claim === claim)!;
  expect(of('Q1')).toMatchObject({ basis: 'derived', declaredRows: rows * 4, failed: 0 });
  expect(of('Q1').n).toBeGreaterThanOrEqual(20);
  expect(of('Q1').sizes.map((size) => Math.round((size.rows / rows) * 100))).toEqual([25, 50, 100]);
  expect(of('Q1').plan.join(' ')).toContain('Index Scan');
  expect(of('Q2')).toMatchObject({ basis: 'derived', failed: 0 });
  expect(of('Q2').n).toBeGreaterThanOrEqual(20);
  expect(of('Q3').verdict).toBe('not-proven');
  expect(of('Q3').because).toContain('nothing');
  expect(of('Q4')).toMatchObject({ basis: 'measured', verdict: 'proven', atRows: 1000, declaredRows: 1000 });
  // A key finds as many rows on four times the table, a window four times as many: the work says so, whatever the clock said.
  expect(of('Q1').growth).toMatchObject({ sound: true });
  expect(of('Q1').growth!.ratio).toBeLessThan(2);
  expect(of('Q5').growth!.ratio).toBeGreaterThan(3.5);
  expect(of('Q5').p95!).toBeGreaterThan(of('Q5').measuredP95! * 3.4);
  expect(of('Q5').high!).toBeGreaterThanOrEqual(of('Q5').p95!);
  // What an insert touches is read from its transaction: the row, its keys and the user it refers to.
  expect(of('Q2').buffers!).toBeGreaterThanOrEqual(3);
  expect(of('Q2').sizes.every((size) => (size.commitMs ?? 0) > 0)).toBe(true);
});
