import { access } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { ScriptResult } from '../../src/engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';

const mark = join(tmpdir(), `dbd-whole-${process.pid}`);

/** Ways to more than the owner's rights, and whether the text goes on behind them. */
const ways: readonly (readonly [string, string])[] = [
  ['a program in a block', `DO $$ BEGIN EXECUTE 'COPY (SELECT 1) TO PROGRAM ''touch ${mark}'''; END $$`],
  ['the right to run programs', 'GRANT pg_execute_server_program TO CURRENT_USER'],
  ['that right through a role', 'CREATE ROLE w1; GRANT pg_read_server_files TO w1; SET ROLE w1'],
  ['a superuser', 'CREATE ROLE w2 SUPERUSER; SET ROLE w2'],
  ['a superuser in a block', 'DO $$ BEGIN CREATE ROLE w3 SUPERUSER; END $$'],
  [
    "a superuser's function",
    'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN END $$; ALTER FUNCTION f() OWNER TO dbd_admin',
  ],
  ['becoming the superuser', 'SET ROLE dbd_admin'],
  ['membership in the superuser', 'GRANT dbd_admin TO CURRENT_USER; ALTER ROLE dbd_admin NOSUPERUSER'],
  ["the server's own function", 'ALTER FUNCTION pg_catalog.pg_read_file(text) OWNER TO CURRENT_USER'],
  ['a right on it', 'GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_file(text) TO PUBLIC'],
  [
    "a function among the server's own",
    "CREATE FUNCTION lower(oid) RETURNS text LANGUAGE sql AS 'SELECT NULL::text'; ALTER FUNCTION lower(oid) SET SCHEMA pg_catalog",
  ],
  [
    'a cast that everybody meets',
    "CREATE FUNCTION evil(oid) RETURNS text LANGUAGE sql AS 'SELECT NULL::text'; CREATE CAST (oid AS text) WITH FUNCTION evil(oid)",
  ],
  [
    'an order by functions of another type',
    'CREATE OPERATOR CLASS bad FOR TYPE bigint USING btree AS OPERATOR 1 <, FUNCTION 1 (bigint, bigint) bttextcmp(text, text)',
  ],
  [
    'a validator',
    'CREATE FUNCTION val(text[], oid) RETURNS void LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE pwned (a int); END $$; CREATE FOREIGN DATA WRAPPER w VALIDATOR val',
  ],
  ["the server's configuration", `ALTER SYSTEM SET archive_command = 'touch ${mark}'`],
  ['code of the machine', "CREATE FUNCTION i(cstring) RETURNS int LANGUAGE internal AS 'int4in'"],
  [
    'a path of the superuser',
    'ALTER ROLE dbd_admin SET search_path = evil; ALTER ROLE ALL SET role = dbd_admin',
  ],
];

describe.each([18, 15])('a schema file in a cluster of its own, PostgreSQL %i', (major) => {
  let sandbox: Sandbox;
  let database: SandboxDatabase;
  beforeAll(async () => {
    await postgres.grammar.ready();
    sandbox = await startSandbox(postgres, major === 18 ? {} : { major });
    database = await sandbox.createDatabase();
  }, 60_000);
  afterAll(() => sandbox.stop());

  const run = (text: string): Promise<ScriptResult> =>
    postgres.intake.script(database.ownerUrl, {
      text,
      place: 'schema.sql',
      installExtension: (name) => sandbox.installExtension(database, name),
      whole: { adminUrl: database.adminUrl },
    });
  const rows = async (sql: string) => {
    const admin = await postgres.connect(database.adminUrl);
    return (await admin.query(sql).finally(() => admin.close())).rows;
  };

  test.each(ways)('does not give away %s', async (_way, text) => {
    const { leftOut } = await run(text);
    expect(leftOut.length).toBeGreaterThan(0);
    expect(leftOut.join()).toMatch(/left out \((?:first on )?line 1\)/);
    expect(await rows('SELECT rolname::text AS name FROM pg_roles WHERE rolsuper')).toEqual([
      { name: 'dbd_admin' },
    ]);
    expect(
      await rows(
        `SELECT m.member::regrole AS member FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid
         WHERE r.rolname ~ '^pg_(execute|read|write)_server' OR r.rolsuper`,
      ),
    ).toEqual([]);
    expect(
      await rows(
        `SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner WHERE p.oid >= 16384 AND p.prosecdef AND (r.rolsuper OR r.rolname ~ '^pg_')`,
      ),
    ).toEqual([]);
    expect(
      await rows(
        "SELECT 5::oid::text AS five, has_function_privilege($$dbd_owner$$, 'pg_read_file(text)', 'EXECUTE') AS reads",
      ),
    ).toEqual([{ five: '5', reads: false }]);
    expect(await rows("SELECT FROM pg_class WHERE relname = 'pwned'")).toEqual([]);
    await expect(access(mark)).rejects.toThrow();
  });

  test('event triggers fire for the owner and never for a superuser', async () => {
    await run(`CREATE TABLE fired (who name);
CREATE FUNCTION ev() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.fired VALUES (current_user); END $$;
CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION ev();
CREATE TABLE one (a int);
CREATE FOREIGN DATA WRAPPER nothing;`);
    await rows('CREATE TABLE two (a int)');
    expect(await rows('SELECT DISTINCT who::text AS who FROM fired')).toEqual([{ who: sandbox.owner }]);
    await run('DROP EVENT TRIGGER e');
  });

  test('roles, owners and rights are as the file says', async () => {
    const { leftOut, roles } = await run(`CREATE ROLE boss LOGIN PASSWORD 'hunter2' CONNECTION LIMIT 4;
BEGIN;
CREATE SCHEMA shop AUTHORIZATION boss;
SET SESSION AUTHORIZATION boss;
CREATE TABLE shop.orders (id int);
GRANT SELECT ON shop.orders TO "read ""er";
RESET SESSION AUTHORIZATION;
COMMIT;
ALTER DEFAULT PRIVILEGES FOR ROLE boss IN SCHEMA shop GRANT SELECT ON TABLES TO "read ""er";
DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'late') THEN CREATE ROLE late; END IF; END $$;
GRANT boss TO late;
CREATE FUNCTION shop.sure() RETURNS int LEAKPROOF LANGUAGE sql AS 'SELECT 1';
COMMENT ON ROLE late IS 'came late';`);
    expect(leftOut).toEqual([]);
    expect(roles).toEqual(expect.arrayContaining(['boss', 'read "er']));
    expect(
      await rows(`SELECT c.relowner::regrole::text AS owner, c.relacl::text AS acl, (SELECT proleakproof FROM pg_proc WHERE proname = 'sure') AS sure,
        (SELECT rolconnlimit FROM pg_roles WHERE rolname = 'boss') AS limit, pg_has_role('late', 'boss', 'MEMBER') AS member,
        (SELECT rolpassword IS NULL FROM pg_authid WHERE rolname = 'boss') AS "noPassword" FROM pg_class c WHERE c.relname = 'orders'`),
    ).toEqual([
      {
        owner: 'boss',
        acl: expect.stringContaining('read'),
        sure: true,
        limit: 4,
        member: true,
        noPassword: true,
      },
    ]);
  });
});
