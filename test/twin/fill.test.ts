import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Catalog, Name } from '../../src/catalog/model.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';
import { fillTwin, type FillOptions } from '../../src/twin/fill/fill.ts';
import type { FillResult, TableVolume } from '../../src/twin/model.ts';
import { planVolumes } from '../../src/twin/volumes.ts';
import { testDatabase, testSandbox } from '../support/database.ts';

const zoo = readFileSync(new URL('./zoo.sql', import.meta.url), 'utf8');

async function catalogOf(database: SandboxDatabase): Promise<Catalog> {
  const session = await postgres.connect(database.adminUrl);
  return postgres.inspect(session).finally(() => session.close());
}

async function fill(
  database: SandboxDatabase,
  more: Partial<FillOptions> & { readonly budget?: number } = {},
): Promise<FillResult> {
  const catalog = await catalogOf(database);
  const volumes =
    more.volumes ??
    planVolumes({
      catalog,
      volumes: [],
      tableOf: () => undefined,
      lifecycle: [],
      rows: more.budget ?? 60_000,
    });
  return fillTwin({
    engine: postgres,
    sandbox: await testSandbox(),
    database,
    catalog,
    volumes,
    seed: 7,
    until: new Date('2026-01-01T00:00:00Z'),
    emit: () => undefined,
    signal: new AbortController().signal,
    ...more,
  });
}

async function rowsOf(database: SandboxDatabase, sql: string): Promise<readonly Record<string, unknown>[]> {
  const session = await postgres.connect(database.adminUrl);
  return (await session.query(sql).finally(() => session.close())).rows;
}

const name = (table: Name): string => `"${table.schema}"."${table.name.replaceAll('"', '""')}"`;

async function hashOf(database: SandboxDatabase, catalog: Catalog): Promise<readonly string[]> {
  const hashes = [];
  for (const table of catalog.tables.filter((t) => !t.partitionOf)) {
    const [row] = await rowsOf(
      database,
      `SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS h FROM ${name(table)} t`,
    );
    hashes.push(`${table.name} ${String(row!.h)}`);
  }
  return hashes;
}

test('fills every table of a schema of odd tables, and the server accepts every row again', async () => {
  const database = await testDatabase({ sql: zoo });
  const result = await fill(database);
  const catalog = await catalogOf(database);
  const tables = catalog.tables.filter((t) => !t.partitionOf);
  expect(result.tables.filter((t) => t.rows === 0)).toEqual([]);
  expect(result.tables).toHaveLength(tables.length);
  // Partitioned tables, too: theirs are in their partitions.
  expect(result.tables.filter((t) => t.bytes === 0)).toEqual([]);
  const [kept] = await rowsOf(database, 'SELECT count(*)::int AS n FROM countries');
  expect(kept!.n).toBe(3);
  // Adding a constraint again makes the server check every row.
  const session = await postgres.connect(database.ownerUrl);
  let checked = 0;
  for (const table of tables) {
    for (const constraint of table.constraints.filter((c) => c.kind === 'check' || c.kind === 'foreign')) {
      await session.query(
        `ALTER TABLE ${name(table)} ADD CONSTRAINT again_${++checked} ${constraint.definition}`,
      );
    }
  }
  await session.close();
  expect(checked).toBeGreaterThan(30);
  const [tree] = await rowsOf(
    database,
    'SELECT count(*) FILTER (WHERE parent_id IS NULL)::int AS roots, count(*)::int AS n FROM comments',
  );
  expect(tree!.roots).toBeGreaterThan(0);
  expect(tree!.roots).toBeLessThan(tree!.n as number);
  const [defaults] = await rowsOf(
    database,
    'SELECT count(*)::int AS n, count(DISTINCT user_id)::int AS users FROM addresses WHERE is_default',
  );
  expect(defaults!.n).toBe(defaults!.users);
});

test('sequences stand behind the rows, and triggers and row security are as before', async () => {
  const database = await testDatabase({ sql: zoo });
  await fill(database);
  const session = await postgres.connect(database.ownerUrl);
  await session.query("INSERT INTO comments (user_id, body) SELECT min(id), 'a new comment' FROM users");
  await session.query("INSERT INTO projects (tenant_id, slug) SELECT id, 'brand-new' FROM tenants LIMIT 1");
  await expect(session.query("INSERT INTO guarded (note) VALUES ('x')")).rejects.toThrow(
    'triggers rest while filling',
  );
  const { rows } = await session.query<{ f: boolean }>(
    "SELECT relforcerowsecurity AS f FROM pg_class WHERE relname = 'guarded'",
  );
  await session.close();
  expect(rows[0]!.f).toBe(true);
});

test('equal seeds give equal rows, other seeds others', async () => {
  const [one, two, three] = await Promise.all([1, 2, 3].map(() => testDatabase({ sql: zoo })));
  await fill(one!, { budget: 5000 });
  await fill(two!, { budget: 5000 });
  await fill(three!, { budget: 5000, seed: 8 });
  const catalog = await catalogOf(one!);
  const first = await hashOf(one!, catalog);
  expect(await hashOf(two!, catalog)).toEqual(first);
  expect(await hashOf(three!, catalog)).not.toEqual(first);
});

const shop = `
CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE);
CREATE TABLE events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id bigint NOT NULL REFERENCES users, kind text NOT NULL, at timestamptz NOT NULL);
CREATE TABLE days (user_id bigint NOT NULL REFERENCES users, day date NOT NULL, n bigint NOT NULL, PRIMARY KEY (user_id, day));`;
const table = (of: string): Name => ({ schema: 'public', name: of });
const volume = (of: string, rows: number, horizon: number, perDay: number): TableVolume => ({
  table: table(of),
  now: rows,
  horizon,
  rows,
  basis: 'declared',
  scale: rows / horizon,
  slice: rows / horizon,
  perDay,
});

test('growing portions keep the depth per parent, add rows to the same window, and follow the declared weights', async () => {
  const database = await testDatabase({ sql: shop });
  // 1,000 users; 100,000 events at the horizon are 100 each, of which a tenth fits: 100 users with 100 events.
  const volumes = [
    volume('users', 1000, 1000, 0),
    volume('events', 10_000, 100_000, 1000),
    volume('days', 1000, 1000, 0),
  ];
  const hints = [
    {
      table: table('events'),
      column: 'kind',
      skew: { kind: 'weights' as const, weights: { view: 0.9, buy: 0.1 } },
    },
  ];
  const refill = [
    {
      table: table('days'),
      sql: 'INSERT INTO days SELECT user_id, at::date, count(*) FROM events GROUP BY 1, 2',
    },
  ];
  await fill(database, { volumes, hints, tables: [table('users')] });
  const seen = [];
  let from = 0;
  for (const to of [0.25, 0.5, 1]) {
    await fill(database, {
      volumes,
      hints,
      refill,
      tables: [table('events'), table('days')],
      portion: { from, to },
    });
    from = to;
    const [row] = await rowsOf(
      database,
      `SELECT count(*)::int AS n, count(DISTINCT user_id)::int AS users, (count(*) FILTER (WHERE kind = 'buy') * 100.0 / count(*))::float AS buys,
      extract(day FROM max(at) - min(at))::int AS days, (SELECT sum(n)::int FROM days) AS counted FROM events`,
    );
    seen.push(row!);
  }
  expect(seen.map((row) => row.n)).toEqual([2500, 5000, 10_000]);
  expect(seen.map((row) => row.users)).toEqual([25, 50, 100]);
  expect(seen.map((row) => row.days)).toEqual([99, 99, 99]);
  for (const row of seen) expect(row.buys).toBeGreaterThan(7);
  for (const row of seen) expect(row.buys).toBeLessThan(13);
  expect(seen.map((row) => row.counted)).toEqual([2500, 5000, 10_000]);
});

test('a declared Zipf skew gives the first ranks most of the rows', async () => {
  const database = await testDatabase({ sql: shop });
  const volumes = [
    volume('users', 1000, 1000, 0),
    volume('events', 20_000, 20_000, 100),
    volume('days', 10, 10, 0),
  ];
  await fill(database, {
    volumes,
    hints: [{ table: table('events'), column: 'user', skew: { kind: 'zipf', exponent: 1.1 } }],
  });
  const rows = await rowsOf(
    database,
    'SELECT count(*)::int AS n FROM events GROUP BY user_id ORDER BY 1 DESC',
  );
  const counts = rows.map((row) => row.n as number);
  expect(counts[0]! / 20_000).toBeGreaterThan(0.1);
  expect(counts[0]! / counts[9]!).toBeGreaterThan(5);
});

test('a table that cannot be filled is named with its constraint', async () => {
  const database = await testDatabase({
    sql: "CREATE TABLE closed (id bigint PRIMARY KEY, code text NOT NULL CONSTRAINT never CHECK (md5(code) = 'no'))",
  });
  await expect(fill(database)).rejects.toMatchObject({
    code: 'twin.fill',
    message: expect.stringMatching(/public\.closed.*never/) as string,
  });
});

test('a required key of an empty table is named', async () => {
  const database = await testDatabase({
    sql: 'CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint NOT NULL CONSTRAINT b_needs_a REFERENCES a)',
  });
  await expect(fill(database, { tables: [table('b')] })).rejects.toMatchObject({
    code: 'twin.fill',
    message: expect.stringContaining('b_needs_a') as string,
  });
});

test('conditions that a task writes run as the unprivileged owner', async () => {
  const database = await testDatabase({
    sql: 'CREATE FUNCTION who(text) RETURNS boolean LANGUAGE sql AS $$ SELECT NOT (SELECT rolsuper FROM pg_roles WHERE rolname = session_user) $$; CREATE TABLE t (id bigint PRIMARY KEY, v text NOT NULL CHECK (who(v)))',
  });
  const result = await fill(database);
  expect(result.tables[0]!.rows).toBe(1000);
});

test('a stopped fill ends with the code for it', async () => {
  const database = await testDatabase({ sql: shop });
  const stopping = new AbortController();
  setTimeout(() => stopping.abort(), 50);
  const volumes = [
    volume('users', 1_000_000, 1_000_000, 0),
    volume('events', 3_000_000, 3_000_000, 100),
    volume('days', 10, 10, 0),
  ];
  await expect(fill(database, { volumes, signal: stopping.signal })).rejects.toMatchObject({
    code: 'interrupted',
  });
});

test('one large table is made by several sessions: every row once, nearly in the order of its time, equal for equal seeds', async () => {
  const sql =
    'CREATE TABLE seen (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz NOT NULL, kind text NOT NULL)';
  const shown = async (): Promise<Record<string, unknown>> => {
    const database = await testDatabase({ sql });
    await fill(database, { volumes: [volume('seen', 120_000, 120_000, 1000)] });
    const session = await postgres.connect(database.ownerUrl);
    const { rows } = await session.query(
      `SELECT count(*)::int AS rows, count(DISTINCT id)::int AS ids, max(id)::int AS top, sum(hashtext(id || kind || at::text))::text AS digest,
              (SELECT correlation > 0.9 FROM pg_stats WHERE tablename = 'seen' AND attname = 'at') AS ordered FROM seen`,
    );
    await session.close();
    return rows[0]!;
  };
  const first = await shown();
  expect(first).toMatchObject({ rows: 120_000, ids: 120_000, top: 120_000, ordered: true });
  expect(await shown()).toEqual(first);
});
