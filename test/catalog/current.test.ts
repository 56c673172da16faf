import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DbdError, SqlError } from '../../src/base/error.ts';
import { differences } from '../../src/catalog/difference.ts';
import { findTable } from '../../src/catalog/find.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { loadCurrent, majorOf, type Current, type LoadedCurrent } from '../../src/twin/current.ts';
import { testDatabase, testSandbox } from '../support/database.ts';
import { need } from '../support/require.ts';
import { shop } from './shop.sql.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dbd-current-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function load(current: Current, statementTimeoutMs?: number): Promise<LoadedCurrent> {
  const limit = statementTimeoutMs === undefined ? {} : { statementTimeoutMs };
  return loadCurrent({
    engine: postgres,
    sandbox: await testSandbox(),
    current,
    emit: () => undefined,
    ...limit,
  });
}

async function loadText(
  name: string,
  text: string | Buffer,
  statementTimeoutMs?: number,
): Promise<LoadedCurrent> {
  const path = join(folder, name);
  await writeFile(path, text);
  return load({ kind: 'file', path }, statementTimeoutMs);
}

async function errorOf(work: Promise<unknown>): Promise<DbdError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(DbdError);
  return error as DbdError;
}

async function ask(url: string, sql: string): Promise<unknown> {
  const session = await postgres.connect(url);
  const { rows } = await session.query(sql).finally(() => session.close());
  return Object.values(rows[0] ?? {})[0];
}

/** What pg_dump 18 and psql scripts hold beside statements. */
const dump = `\\restrict abc
SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);
SET no_such_setting.x = 1; SET transaction_timeouts = 0;
CREATE DATABASE shop;
\\connect shop
CREATE ROLE reporting;
CREATE SCHEMA app AUTHORIZATION shop_admin;
CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA app;
COMMENT ON EXTENSION citext IS 'x';
CREATE EXTENSION no_such_extension;
CREATE TABLE app.users (id int PRIMARY KEY, email app.citext, note text);
ALTER TABLE app.users OWNER TO shop_admin;
GRANT SELECT ON app.users TO reporting;
GRANT SELECT ON app.users TO PUBLIC;
COPY app.users (id, email, note) FROM stdin;
1\ta@example.org\tC:\\\\temp
2\tb@example.org\t\\N
\\.
ALTER TABLE ONLY app.users ADD CONSTRAINT email_key UNIQUE (email);
\\unrestrict abc
`;

describe('the current structure', () => {
  test('of nothing is empty', async () => {
    const { catalog, source, limits } = await load({ kind: 'none' });
    expect(catalog.tables).toEqual([]);
    expect([source, limits]).toEqual(['an empty database', []]);
  });

  test('comes from a dump, with its data, without what belongs to others', async () => {
    const { catalog, database, limits } = await loadText('dump.sql', dump);
    const users = findTable(catalog, 'app.users')!;
    expect(users.columns.map(({ type }) => type)).toEqual(['integer', 'app.citext', 'text']);
    expect(users.owner).toBe('dbd_owner');
    expect(users.grants).toEqual([{ to: 'PUBLIC', privilege: 'SELECT', grantable: false }]);
    expect(await ask(database.ownerUrl, "SELECT string_agg(note, ',') FROM app.users")).toBe('C:\\temp');
    expect(limits.map((limit) => limit.replace(/^.*dump\.sql: /, ''))).toEqual([
      '1 statement that sets what this server does not know left out (line 5)',
      '1 statement about whole databases left out (line 6)',
      '1 command of psql (\\connect) left out (line 7)',
      '1 statement about roles, which belong to the whole server left out (line 8)',
      '1 statement that comments on what is not ours left out (line 11)',
      '1 statement that makes the extension no_such_extension, which the sandbox cannot install left out (line 12)',
      '1 statement that changes owners left out (line 14)',
      '1 statement that names the role reporting, which the sandbox does not have left out (line 15)',
    ]);
  });

  test('comes from a folder, files in the order of their paths, each in a session of its own', async () => {
    const path = join(folder, 'schema');
    await mkdir(join(path, 'b'), { recursive: true });
    await writeFile(join(path, 'b', '2.sql'), '\uFEFFCREATE VIEW v AS SELECT a FROM t;');
    await writeFile(join(path, 'a.sql'), 'BEGIN; CREATE TABLE t (a int); SET search_path = elsewhere;');
    await writeFile(join(path, 'notes.txt'), 'not SQL');
    const { catalog, source } = await load({ kind: 'folder', path });
    expect([catalog.tables.length, catalog.views.length]).toEqual([1, 1]);
    expect(source).toBe(`2 files in ${path}`);
  });

  test('names file, line and position of a statement that fails', async () => {
    const error = (await errorOf(
      loadText('wrong.sql', 'CREATE TABLE t (a int);\n\n-- a remark\nINSERT INTO t\n  SELECT b FROM t;\n'),
    )) as SqlError;
    expect(error.code).toBe('sql.failed');
    expect(error.message).toMatch(/wrong\.sql, line 5: column "b" does not exist$/);
    expect(error.marked).toBe('  SELECT b FROM t\n         ^');
  });

  test('names file, line and position of text that does not parse', async () => {
    const error = (await errorOf(
      loadText('broken.sql', `${'SELECT 1;\n'.repeat(400)}CREATE TABEL t (a int);\n`),
    )) as SqlError;
    expect(error.code).toBe('sql.syntax');
    expect(error.message).toContain('broken.sql, line 401: ');
    expect(error.marked).toBe('CREATE TABEL t (a int);\n       ^');
    expect(error.statement.length).toBeLessThan(2000);
  });

  test.each([
    ["COPY (SELECT 1) TO PROGRAM 'id'", 'sql.refused'],
    ["COPY t FROM '/etc/passwd'", 'sql.refused'],
    ["SELECT pg_read_file('/etc/passwd')", 'sql.refused'],
    ['ALTER SYSTEM SET work_mem = 1', 'sql.refused'],
    ['SET ROLE postgres', 'sql.refused'],
    ["DO $$ BEGIN EXECUTE 'SET ROLE dbd_admin'; END $$", 'sql.refused'],
  ])('refuses %s', async (sql, code) => {
    const error = await errorOf(loadText('hostile.sql', `SELECT 1;\n${sql};`));
    expect(error.code).toBe(code);
    expect(error.message).toContain('hostile.sql, line 2: ');
  });

  test.each([
    ["DO $$ BEGIN EXECUTE 'SELECT pg_term' || 'inate_backend(pg_backend_pid())'; END $$;", 'connect.lost'],
    ['COPY t FROM stdin', 'sql.refused'],
    ['COPY t FROM stdin;\nnot a number\n\\.\n', 'sql.failed'],
    ['BEGIN;INSERT INTO t VALUES (1/0);COMMIT;', 'sql.failed'],
  ])('says where it ended: %s', async (sql, code) => {
    const error = await errorOf(loadText('ends.sql', `CREATE TABLE t (a int);\n${sql}`));
    expect(error.code).toBe(code);
    expect(error.message).toContain('ends.sql, line 2: ');
  });

  test('ends endless loops, also when the file lifts the limit', async () => {
    const loop = "SELECT set_config('statement_timeout', '0', false);\nDO $$ BEGIN LOOP END LOOP; END $$;";
    const [plain, lifted] = await Promise.all([
      errorOf(loadText('loop.sql', 'SET statement_timeout = 0;\nDO $$ BEGIN LOOP END LOOP; END $$', 300)),
      errorOf(loadText('lifted.sql', loop, 300)),
    ]);
    expect([plain.code, lifted.code]).toEqual(['sql.timeout', 'sql.timeout']);
    expect(lifted.message).toContain('lifted.sql, line 2: ');
  });

  test.each([
    ['nothing.sql', undefined, 'file.missing'],
    ['binary.sql', Buffer.from([0xff, 0xfe, 0, 1]), 'file.unreadable'],
    ['nul.sql', Buffer.from('SELECT 1;\0'), 'file.unreadable'],
    ['custom.sql', Buffer.from('PGDMP\u0001\u000e'), 'file.unreadable'],
  ])('says what is wrong with %s', async (name, bytes, code) => {
    const work = bytes ? loadText(name, bytes) : load({ kind: 'file', path: join(folder, name) });
    expect((await errorOf(work)).code).toBe(code);
  });

  test('leaves no database behind when it fails', async () => {
    const count = async () => ask((await testDatabase()).adminUrl, 'SELECT count(*)::int FROM pg_database');
    const before = (await count()) as number;
    await errorOf(loadText('fails.sql', 'SELECT 1/0'));
    expect(await count()).toBe(before + 1);
  });

  test('comes from a server as it is there, without rows except those of migration tools', async () => {
    const tools = `CREATE TABLE knex_migrations (id serial PRIMARY KEY, name text, batch int, at timestamptz DEFAULT '2025-01-01 00:00+00');
      INSERT INTO knex_migrations (name, batch) VALUES ('001_first.js', 1), ('002 "second".js', 2); CREATE TABLE _prisma_migrations (id text PRIMARY KEY);`;
    const there = await testDatabase({
      sql: `${shop}${tools}INSERT INTO users (email, name) VALUES ('a@b', 'x');`,
      extensions: ['pg_trgm'],
    });
    const { catalog, database, limits, source } = await load({ kind: 'url', url: there.ownerUrl });
    const session = await postgres.connect(there.ownerUrl);
    const original = await postgres.inspect(session).finally(() => session.close());
    expect(differences(original, catalog, { owners: 'ignore', grants: 'ignore' })).toEqual([]);
    expect(await ask(database.ownerUrl, 'SELECT count(*) FROM users')).toBe(0);
    expect(
      await ask(
        database.ownerUrl,
        "SELECT string_agg(name || batch || (at AT TIME ZONE 'UTC'), '|' ORDER BY id) FROM knex_migrations",
      ),
    ).toBe('001_first.js12025-01-01 00:00:00|002 "second".js22025-01-01 00:00:00');
    expect(
      await ask(database.ownerUrl, "INSERT INTO knex_migrations (name) VALUES ('003') RETURNING id"),
    ).toBe(3);
    expect(limits).toEqual([
      'owners and grants of the current database are not carried over',
      "0 rows of the migration history public._prisma_migrations copied; no other table's rows were read",
      "2 rows of the migration history public.knex_migrations copied; no other table's rows were read",
    ]);
    expect(source).toMatch(/, PostgreSQL 18\.\d+, read only$/);
  });

  const older = '/usr/lib/postgresql/15/bin';
  test.skipIf(!need(existsSync(older), 'PostgreSQL 15 in /usr/lib/postgresql/15: apt install postgresql-15'))(
    'comes from a server of another major version, and says so',
    async () => {
      const server = await startSandbox(postgres, { named: older });
      try {
        const there = await server.createDatabase();
        const session = await postgres.connect(there.ownerUrl);
        await session.run(shop).finally(() => session.close());
        const current: Current = { kind: 'url', url: there.ownerUrl };
        const { catalog, limits } = await load(current);
        expect(await majorOf(postgres, current)).toBe(15);
        expect(catalog.tables).toHaveLength(6);
        expect(limits).toHaveLength(2);
        expect(limits[1]).toMatch(
          /^the current database runs on PostgreSQL 15\.\d+, the sandbox on PostgreSQL 18\.\d+$/,
        );
      } finally {
        await server.stop();
      }
    },
  );

  test('says why a server cannot be read', async () => {
    const sandbox = await testDatabase();
    const nowhere = sandbox.ownerUrl.replace(sandbox.name, 'no_such_database');
    expect((await errorOf(load({ kind: 'url', url: nowhere }))).code).toBe('connect.denied');
    expect(
      (await errorOf(load({ kind: 'url', url: 'postgres://u:secret@127.0.0.1:1/x' }))).message,
    ).not.toContain('secret');
  });
});
