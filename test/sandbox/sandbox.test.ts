import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { testDatabase, testSandbox } from '../support/database.ts';

async function as<T>(
  url: string,
  work: (session: Awaited<ReturnType<typeof postgres.connect>>) => Promise<T>,
): Promise<T> {
  const session = await postgres.connect(url);
  return work(session).finally(() => session.close());
}

describe('a sandbox', () => {
  test('runs the bundled server and says which', async () => {
    const sandbox = await testSandbox();
    expect(sandbox.server).toMatch(/^PostgreSQL 18\./);
    expect(sandbox.provider).toBe('bundled');
    expect(sandbox.serverVersion).toBeGreaterThanOrEqual(180_000);
    expect(sandbox.extensions).toEqual(
      expect.arrayContaining(['btree_gin', 'citext', 'hstore', 'ltree', 'pg_trgm', 'pgcrypto', 'uuid-ossp']),
    );
  });

  test('clones a database with its rows; the clone is independent', async () => {
    const sandbox = await testSandbox();
    const first = await testDatabase({
      sql: 'CREATE TABLE t (n int); INSERT INTO t SELECT generate_series(1, 10)',
    });
    const clone = await sandbox.createDatabase({ from: first });
    await as(clone.ownerUrl, (session) => session.run('DELETE FROM t WHERE n > 4'));
    const count = (url: string) =>
      as(
        url,
        async (session) =>
          (await session.query('SELECT count(*) AS rows, current_user AS role FROM t')).rows[0],
      );
    expect(await count(first.ownerUrl)).toEqual({ rows: 10, role: 'dbd_owner' });
    expect(await count(clone.ownerUrl)).toEqual({ rows: 4, role: 'dbd_owner' });
    await sandbox.dropDatabase(clone);
    await expect(postgres.connect(clone.ownerUrl)).rejects.toMatchObject({ code: 'connect.denied' });
  });

  test('makes databases with the collation of the source', async () => {
    const sandbox = await testSandbox();
    const icu = await sandbox.createDatabase({ locale: { provider: 'icu', locale: 'en-US' } });
    const builtin = await sandbox.createDatabase();
    const order = (url: string) =>
      as(url, async (session) => (await session.query("SELECT 'a' < 'B' AS before")).rows[0]);
    expect(await order(icu.ownerUrl)).toEqual({ before: true });
    expect(await order(builtin.ownerUrl)).toEqual({ before: false });
  });

  test('switches durability for sessions that are open already', async () => {
    const sandbox = await testSandbox();
    const database = await testDatabase();
    await as(database.ownerUrl, async (session) => {
      const settings = async () =>
        (
          await session.query(
            "SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS sync, current_setting('full_page_writes') AS pages",
          )
        ).rows[0];
      expect(await settings()).toEqual({ fsync: 'off', sync: 'off', pages: 'off' });
      await sandbox.durable(true);
      // A session hears of new settings between two statements.
      for (let tries = 0; tries < 100 && (await settings())?.['fsync'] === 'off'; tries += 1)
        await setTimeout(10);
      expect(await settings()).toEqual({ fsync: 'on', sync: 'on', pages: 'on' });
      await sandbox.durable(false);
    });
  });
});

describe('the owner role', () => {
  const hostile: readonly (readonly [string, string])[] = [
    ['runs no program', "COPY (SELECT 1) TO PROGRAM 'id'"],
    ['reads no file', "SELECT pg_read_file('/etc/passwd')"],
    ['copies from no file', "COPY pg_temp.t FROM '/etc/passwd'"],
    ['changes no server settings', "ALTER SYSTEM SET fsync = 'on'"],
    ['takes no other role', 'SET ROLE dbd_admin'],
    ['takes no other session', 'SET SESSION AUTHORIZATION dbd_admin'],
    ['makes no role', 'CREATE ROLE other SUPERUSER'],
    ['makes itself no superuser', 'ALTER ROLE dbd_owner SUPERUSER'],
    ['makes no database', 'CREATE DATABASE other'],
    ['imports no file', "SELECT lo_import('/etc/passwd')"],
    ['loads no library', "LOAD '/nowhere/x'"],
    ['hides nothing from the log', "SET log_min_messages = 'panic'"],
    ['installs no untrusted extension', 'CREATE EXTENSION file_fdw'],
    [
      'ends no session of others',
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'dbd_admin'",
    ],
  ];

  test.each(hostile)('%s', async (_what, sql) => {
    const database = await testDatabase();
    await as(database.ownerUrl, async (session) => {
      if (sql.includes('pg_temp.t')) await session.run('CREATE TEMP TABLE t (line text)');
      await expect(session.query(sql)).rejects.toMatchObject({
        code: 'sql.refused',
        fields: { sqlstate: '42501' },
      });
    });
  });

  test('is in no other role', async () => {
    const database = await testDatabase();
    const { rows } = await as(database.adminUrl, (session) =>
      session.query(
        "SELECT r.rolname::text AS role FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid WHERE m.member = 'dbd_owner'::regrole",
      ),
    );
    expect(rows).toEqual([]);
  });

  test('works in its own database: schemas, trusted extensions, grants', async () => {
    const database = await testDatabase();
    await as(database.ownerUrl, (session) =>
      session.run(
        'CREATE SCHEMA billing; CREATE EXTENSION citext; CREATE TABLE billing.t (a citext); CREATE TABLE u (b int); GRANT SELECT ON u TO PUBLIC; COMMENT ON SCHEMA public IS $$ours$$',
      ),
    );
  });

  test('cannot become superuser through the socket', async () => {
    const database = await testDatabase();
    const url = new URL(database.ownerUrl);
    url.username = 'dbd_admin';
    await expect(postgres.connect(url.href)).rejects.toMatchObject({ code: 'connect.denied' });
    url.password = 'guess';
    await expect(postgres.connect(url.href)).rejects.toMatchObject({ code: 'connect.denied' });
  });

  test('writes what the server does at DEBUG1 into the log, with its process number', async () => {
    const sandbox = await testSandbox();
    const database = await testDatabase();
    const pid = await as(database.ownerUrl, async (session) => {
      await session.run(
        "SET client_min_messages = 'error'; CREATE TABLE r (n int); INSERT INTO r VALUES (1); ALTER TABLE r ALTER n TYPE bigint",
      );
      return session.pid;
    });
    expect(readFileSync(sandbox.log, 'utf8')).toMatch(
      new RegExp(`^${pid}\\|DEBUG:  rewriting table "r"$`, 'm'),
    );
  });
});

describe('extensions', () => {
  test('of the allow-list are installed by the superuser', async () => {
    const sandbox = await testSandbox();
    const database = await testDatabase();
    await sandbox.installExtension(database, 'pg_stat_statements');
    const { rows } = await as(database.adminUrl, (session) =>
      session.query('SELECT count(*) > 0 AS any FROM pg_stat_statements'),
    );
    expect(rows).toEqual([{ any: true }]);
  });

  test('that are not on it are refused', async () => {
    const sandbox = await testSandbox();
    const database = await testDatabase();
    for (const name of ['dblink', 'file_fdw', 'plpython3u', 'x"; DROP DATABASE y']) {
      await expect(sandbox.installExtension(database, name)).rejects.toMatchObject({ code: 'sql.refused' });
    }
  });
});
