import { expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { fillTwin } from '../../src/twin/fill/fill.ts';
import { planVolumes } from '../../src/twin/volumes.ts';
import { testDatabase, testSandbox } from '../support/database.ts';
import { need } from '../support/require.ts';
import { motifs, tortureSchema } from './torture-schema.ts';
import { inspectPromises, type Inspection } from './torture/violations.ts';

/** Rows of the whole twin for which each of three hundred tables is given some hundred. */
const budget = 300_000;

async function fill(
  database: SandboxDatabase,
  generators: Readonly<Record<string, string>> = {},
  rows?: number,
  sandbox?: Sandbox,
): Promise<void> {
  const session = await postgres.connect(database.adminUrl);
  const catalog = await postgres.inspect(session).finally(() => session.close());
  await fillTwin({
    engine: postgres,
    sandbox: sandbox ?? (await testSandbox()),
    database,
    catalog,
    volumes: planVolumes({
      catalog,
      volumes: [],
      tableOf: () => undefined,
      lifecycle: [],
      rows: budget,
    }).map((volume) =>
      rows === undefined ? volume : { ...volume, now: rows, horizon: rows, rows, basis: 'declared' },
    ),
    generators,
    seed: 7,
    until: new Date('2026-01-01T00:00:00Z'),
    emit: () => undefined,
    signal: new AbortController().signal,
  });
}

async function inspect(database: SandboxDatabase): Promise<Inspection> {
  const session = await postgres.connect(database.adminUrl);
  return inspectPromises(session).finally(() => session.close());
}

async function tortured(sandbox: Sandbox, seed: number, major: number): Promise<void> {
  const database = await sandbox.createDatabase();
  await sandbox.installExtension(database, 'btree_gist');
  const session = await postgres.connect(database.ownerUrl);
  await session.run(tortureSchema({ seed, tables: 300, major })).finally(() => session.close());
  await fill(database, {}, undefined, sandbox);
  const { looked, violations, empty, rows, tables } = await inspect(database);
  expect(violations).toEqual([]);
  expect(empty).toEqual([]);
  expect(tables).toBeGreaterThanOrEqual(300);
  expect(rows).toBeGreaterThan(20_000);
  const least = {
    check: 300,
    foreign: 200,
    unique: 300,
    exclusion: 15,
    domain: 25,
    partition: 30,
    generated: 10,
  };
  for (const [kind, count] of Object.entries(least)) expect(looked[kind], kind).toBeGreaterThanOrEqual(count);
}

test('more than 300 tables of every kind of constraint are filled without a violation', async () => {
  await tortured(await testSandbox(), 1, 18);
});

test('so are those of PostgreSQL 15', async () => {
  const sandbox = await startSandbox(postgres, { major: 15 }).catch(() => undefined);
  if (!need(sandbox !== undefined, 'a server of 15: dbd sandbox install 15')) return;
  try {
    await tortured(sandbox!, 2, 15);
  } finally {
    await sandbox!.stop();
  }
});

test('equal seeds give the same schema, and each of its motifs is in it', () => {
  const sql = tortureSchema({ seed: 3, tables: 300, major: 18 });
  expect(tortureSchema({ seed: 3, tables: 300, major: 18 })).toBe(sql);
  expect(tortureSchema({ seed: 4, tables: 300, major: 18 })).not.toBe(sql);
  for (const { name } of motifs) expect(sql).toMatch(new RegExp(`CREATE TABLE "?${name}_\\d`));
});

test('each kind of broken promise is told', async () => {
  const database = await testDatabase({
    extensions: ['btree_gist'],
    sql: `CREATE DOMAIN small AS integer CHECK (VALUE < 10);
CREATE TABLE a (id integer PRIMARY KEY, n integer NOT NULL CHECK (n > 0), d small, u text, during int4range, EXCLUDE USING gist (during WITH &&));
CREATE TABLE b (a_id integer CONSTRAINT b_a REFERENCES a); CREATE TABLE f (x integer, y integer); ALTER TABLE a ADD UNIQUE (n, u); CREATE UNIQUE INDEX f_y ON f (y) WHERE x = 1;
INSERT INTO a VALUES (1, 1, 1, 'x', '[1,2)'), (2, 2, 2, 'y', '[2,3)'); INSERT INTO b VALUES (1); INSERT INTO f VALUES (1, 1);`,
  });
  expect((await inspect(database)).violations).toEqual([]);
  const session = await postgres.connect(database.adminUrl);
  // The catalog still promises what the server no longer enforces.
  await session.run(`SET session_replication_role = replica; INSERT INTO b VALUES (99);
UPDATE pg_index SET indisready = false, indisvalid = false WHERE indexrelid IN ('a_n_u_key'::regclass, 'f_y'::regclass, 'a_during_excl'::regclass);
UPDATE pg_attribute SET attnotnull = false WHERE attrelid = 'a'::regclass AND attname = 'n'`);
  await session.close();
  const again = await postgres.connect(database.adminUrl);
  await again.run(`INSERT INTO f VALUES (1, 1); INSERT INTO a VALUES (3, 1, 1, 'x', '[1,2)'), (4, NULL, 3, NULL, NULL);
UPDATE pg_attribute SET attnotnull = true WHERE attrelid = 'a'::regclass AND attname = 'n';
ALTER TABLE a ADD CONSTRAINT a_late CHECK (id < 3) NOT VALID; ALTER DOMAIN small ADD CONSTRAINT late CHECK (VALUE > 1) NOT VALID`);
  await again.close();
  expect((await inspect(database)).violations).toEqual([
    'check a a_late: 2 rows',
    'domain a d: value for domain small violates check constraint "late"',
    'exclusion a a_during_excl: 1 rows',
    'foreign b b_a: 1 rows',
    'not null a n: 1 rows',
    'unique a_n_u_key: 1 rows',
    'unique f_y: 1 rows',
  ]);
});

test('a check that nobody can guess is named with the way to give its values, which then are taken', async () => {
  const sealed = (name: string): string => `right(${name}, 4) = left(md5(left(${name}, 8)), 4)`;
  const sql = `CREATE TABLE vault (id bigint PRIMARY KEY, code text NOT NULL CONSTRAINT vault_sealed CHECK (${sealed('code')}), note text);
CREATE TABLE "Odd Vault" (n integer UNIQUE, "the code" text NOT NULL CONSTRAINT odd_sealed CHECK (${sealed('"the code"')}))`;
  await expect(fill(await testDatabase({ sql }))).rejects.toMatchObject({
    code: 'twin.fill',
    message: expect.stringMatching(/vault_sealed|odd_sealed/i) as string,
    hint: expect.stringMatching(/generators in dbd\.config\.yaml/) as string,
  });
  const database = await testDatabase({ sql });
  const seal = "lpad(n::text, 8, '0') || left(md5(lpad(n::text, 8, '0')), 4)";
  await fill(database, { 'public.vault.code': seal, 'public.Odd Vault.the code': seal });
  const { violations, empty, rows } = await inspect(database);
  expect([violations, empty]).toEqual([[], []]);
  expect(rows).toBeGreaterThan(200);
  // What the configuration gives runs as the owner, and a wrong text is the table's error.
  await expect(
    fill(await testDatabase({ sql }), { 'public.vault.code': "pg_read_file('/etc/hostname')" }),
  ).rejects.toMatchObject({ code: 'twin.fill', message: expect.stringContaining('public.vault') as string });
});

test('a check that few rows of a large table would break holds for all of them', async () => {
  const database = await testDatabase({
    sql: 'CREATE TABLE large (id bigint PRIMARY KEY, v integer NOT NULL CHECK (v <> 777), w integer CHECK (w NOT BETWEEN 400 AND 401 AND w > v - 990))',
  });
  await fill(database, {}, 30_000);
  const { violations, rows } = await inspect(database);
  expect(violations).toEqual([]);
  expect(rows).toBe(30_000);
});
