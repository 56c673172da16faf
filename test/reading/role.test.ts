/** Who may read for others, and the script that makes such a role. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Session } from '../../src/engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';
import { servers, startServer } from './servers.ts';

const scene = `
CREATE SCHEMA shop;
CREATE TABLE shop.orders (id bigint PRIMARY KEY, status text, note text);
CREATE TABLE "Odd; name" ("col""umn" int, secret text);
CREATE SEQUENCE shop.numbers;
INSERT INTO shop.orders VALUES (1, 'paid', 'x');`;

const tables = [
  { schema: 'shop', name: 'orders', columns: ['id', 'status'] },
  { schema: 'public', name: 'Odd; name', columns: ['col"umn'] },
];

describe.each(await servers([14, 15, 16, 17, 18]))('PostgreSQL $major', ({ major }) => {
  let sandbox: Sandbox;
  let database: SandboxDatabase;
  let admin: Session;

  beforeAll(async () => {
    sandbox = await startServer(major);
    database = await sandbox.createDatabase();
    const owner = await postgres.connect(database.ownerUrl);
    await owner.run(scene);
    await owner.close();
    admin = await postgres.connect(database.adminUrl);
  });
  afterAll(async () => {
    await admin?.close();
    await sandbox?.stop();
  });

  async function ask(url: string): ReturnType<typeof postgres.reading.reader> {
    const session = await postgres.connect(url);
    return postgres.reading.reader(session).finally(() => session.close());
  }

  async function fresh(): Promise<{ readonly name: string; readonly url: string }> {
    const role = await sandbox.createRole();
    await admin.run(
      postgres.reading.readerScript({ role: role.name, database: database.name, tables, timeMs: 3000 }),
    );
    return { name: role.name, url: role.url(database) };
  }

  test('the script makes a role that may read what is listed, and runs again', async () => {
    const { name, url } = await fresh();
    const first = await ask(url);
    expect(first.refusals).toEqual([]);
    // Everybody may make objects in `public` before 15, and temporary tables always.
    expect(first.notes.map((note) => /has (\w+) on/.exec(note)?.[1])).toEqual(
      major < 15 ? ['CREATE', 'TEMPORARY'] : ['TEMPORARY'],
    );
    const session = await postgres.connect(url, { names: 'database' });
    const settings = await session.query<{ name: string; value: string }>(
      `SELECT name, setting AS value FROM pg_settings WHERE name IN ('search_path', 'default_transaction_read_only', 'statement_timeout', 'transaction_timeout', 'row_security') ORDER BY 1`,
    );
    expect(Object.fromEntries(settings.rows.map((row) => [row.name, row.value]))).toEqual({
      default_transaction_read_only: 'on',
      row_security: 'on',
      search_path: 'shop, public',
      statement_timeout: '3000',
      ...(major >= 17 ? { transaction_timeout: '6000' } : {}),
    });
    expect((await session.query('SELECT id, status FROM orders')).count).toBe(1);
    await expect(session.query('SELECT note FROM orders')).rejects.toThrow('permission denied');
    expect((await session.query('SELECT "col""umn" FROM "Odd; name"')).count).toBe(0);
    await session.close();
    // What is no longer listed is taken back.
    await admin.run(
      postgres.reading.readerScript({
        role: name,
        database: database.name,
        tables: [{ schema: 'shop', name: 'orders', columns: ['id'] }],
        timeMs: 3000,
      }),
    );
    const later = await postgres.connect(url, { names: 'database' });
    await expect(later.query('SELECT status FROM shop.orders')).rejects.toThrow('permission denied');
    await later.close();
  });

  test('a superuser and an owner are refused', async () => {
    expect((await ask(database.adminUrl)).refusals.join(' ')).toContain('is a superuser');
    const owner = (await ask(database.ownerUrl)).refusals.join(' ');
    expect(owner).toContain('BYPASSRLS');
    expect(owner).toContain('owns');
  });

  const powers: readonly (readonly [grant: string, back: string, says: string, since?: number])[] = [
    ['ALTER ROLE $ BYPASSRLS', 'ALTER ROLE $ NOBYPASSRLS', 'BYPASSRLS'],
    ['ALTER ROLE $ CREATEROLE', 'ALTER ROLE $ NOCREATEROLE', 'CREATEROLE'],
    ['ALTER ROLE $ CREATEDB', 'ALTER ROLE $ NOCREATEDB', 'CREATEDB'],
    ['ALTER ROLE $ REPLICATION', 'ALTER ROLE $ NOREPLICATION', 'REPLICATION'],
    ...[
      'pg_read_all_data',
      'pg_write_all_data',
      'pg_read_server_files',
      'pg_write_server_files',
      'pg_execute_server_program',
      'pg_signal_backend',
      'pg_monitor',
      'pg_read_all_settings',
      'pg_read_all_stats',
      'pg_stat_scan_tables',
    ].map((role) => [`GRANT ${role} TO $`, `REVOKE ${role} FROM $`, `a member of ${role}, which`] as const),
    ...(
      [
        ['pg_checkpoint', 15],
        ['pg_create_subscription', 16],
        ['pg_use_reserved_connections', 16],
        ['pg_maintain', 17],
        ['pg_signal_autovacuum_worker', 18],
      ] as const
    ).map(
      ([role, since]) =>
        [`GRANT ${role} TO $`, `REVOKE ${role} FROM $`, `a member of ${role}, which`, since] as const,
    ),
    ['GRANT dbd_owner TO $', 'REVOKE dbd_owner FROM $', 'can become dbd_owner, which owns'],
    ['GRANT between TO $', 'REVOKE between FROM $', 'can become dbd_owner, which owns'],
    ['GRANT dbd_admin TO $', 'REVOKE dbd_admin FROM $', 'can become dbd_admin, which is a superuser'],
    ['CREATE SCHEMA own AUTHORIZATION $', 'DROP SCHEMA own', 'owns schema own'],
    ['CREATE TABLE t (); ALTER TABLE t OWNER TO $', 'DROP TABLE t', 'owns table'],
    ['CREATE TYPE own AS (x int); ALTER TYPE own OWNER TO $', 'DROP TYPE own', 'owns'],
    ...['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'].map(
      (right) =>
        [
          `GRANT ${right} ON shop.orders TO $`,
          `REVOKE ${right} ON shop.orders FROM $`,
          `has ${right} on table shop.orders`,
        ] as const,
    ),
    ['GRANT MAINTAIN ON shop.orders TO $', 'REVOKE MAINTAIN ON shop.orders FROM $', 'has MAINTAIN', 17],
    [
      'GRANT UPDATE (status) ON shop.orders TO $',
      'REVOKE UPDATE (status) ON shop.orders FROM $',
      'column status of',
    ],
    [
      'GRANT INSERT ON shop.orders TO PUBLIC',
      'REVOKE INSERT ON shop.orders FROM PUBLIC',
      'Everybody (PUBLIC) has INSERT',
    ],
    [
      'GRANT USAGE ON SEQUENCE shop.numbers TO $',
      'REVOKE ALL ON SEQUENCE shop.numbers FROM $',
      'has USAGE on sequence',
    ],
    ['GRANT CREATE ON SCHEMA shop TO $', 'REVOKE CREATE ON SCHEMA shop FROM $', 'has CREATE on schema shop'],
    ['GRANT CREATE ON SCHEMA shop TO PUBLIC', 'REVOKE CREATE ON SCHEMA shop FROM PUBLIC', 'schema shop'],
    [
      'GRANT CREATE ON SCHEMA public TO $',
      'REVOKE CREATE ON SCHEMA public FROM $',
      'has CREATE on schema public',
    ],
    ['GRANT CREATE ON DATABASE # TO $', 'REVOKE CREATE ON DATABASE # FROM $', 'has CREATE on database'],
    [
      'GRANT TEMPORARY ON DATABASE # TO $',
      'REVOKE TEMPORARY ON DATABASE # FROM $',
      'has TEMPORARY on database',
    ],
    [
      'GRANT SELECT ON shop.orders TO $ WITH GRANT OPTION',
      'REVOKE SELECT ON shop.orders FROM $',
      'SELECT WITH GRANT OPTION',
    ],
    [
      'GRANT SELECT ON LARGE OBJECT 4711 TO $',
      'REVOKE ALL ON LARGE OBJECT 4711 FROM $',
      'has SELECT on large object 4711',
    ],
    [
      'GRANT USAGE ON FOREIGN DATA WRAPPER files TO $',
      'REVOKE ALL ON FOREIGN DATA WRAPPER files FROM $',
      'has USAGE on foreign-data wrapper files',
    ],
    [
      'GRANT USAGE ON FOREIGN SERVER elsewhere TO $',
      'REVOKE ALL ON FOREIGN SERVER elsewhere FROM $',
      'has USAGE on server elsewhere',
    ],
    [
      'GRANT CREATE ON TABLESPACE pg_default TO $',
      'REVOKE ALL ON TABLESPACE pg_default FROM $',
      'has CREATE on tablespace',
    ],
    [
      'GRANT SET ON PARAMETER log_statement TO $',
      'REVOKE SET ON PARAMETER log_statement FROM $',
      'has SET on log_statement',
      15,
    ],
    [
      'GRANT ALTER SYSTEM ON PARAMETER work_mem TO $',
      'REVOKE ALTER SYSTEM ON PARAMETER work_mem FROM $',
      'has ALTER SYSTEM on work_mem',
      15,
    ],
    [
      'GRANT EXECUTE ON FUNCTION pg_read_file(text) TO $',
      'REVOKE EXECUTE ON FUNCTION pg_read_file(text) FROM $',
      'has EXECUTE on function pg_read_file',
    ],
    [
      'GRANT EXECUTE ON FUNCTION pg_read_file(text) TO PUBLIC',
      'REVOKE EXECUTE ON FUNCTION pg_read_file(text) FROM PUBLIC',
      'has EXECUTE on function pg_read_file',
    ],
  ];

  // 15 and 17 differ from their neighbours in the script alone.
  test.skipIf(major % 2 === 1)(
    'each power beside reading is refused, and only while it is there',
    async () => {
      const { name, url } = await fresh();
      await admin.run(
        'CREATE ROLE between; GRANT dbd_owner TO between; SELECT lo_create(4711); CREATE FOREIGN DATA WRAPPER files; CREATE SERVER elsewhere FOREIGN DATA WRAPPER files',
      );
      const session = await postgres.connect(url);
      const told: string[] = [];
      const fill = (sql: string): string =>
        sql.replaceAll('$', `"${name}"`).replaceAll('#', `"${database.name}"`);
      for (const [grant, back, says, since = 0] of powers) {
        if (major < since) continue;
        await admin.run(fill(grant));
        const { refusals } = await postgres.reading.reader(session);
        if (!refusals.some((one) => one.includes(says))) told.push(`${grant}: ${refusals.join(' ')}`);
        await admin.run(fill(back));
        const after = await postgres.reading.reader(session);
        if (after.refusals.length > 0) told.push(`${back}: ${after.refusals.join(' ')}`);
      }
      await session.close();
      expect(told).toEqual([]);
    },
  );

  test('a member of a role that may write is refused though it inherits nothing', async () => {
    const { name, url } = await fresh();
    await admin.run(
      `CREATE ROLE writers; GRANT INSERT ON shop.orders TO writers; GRANT writers TO "${name}"`,
    );
    expect((await ask(url)).refusals).toEqual([
      `The role ${name} can become writers, which has INSERT on table shop.orders.`,
    ]);
    await admin.run(`REVOKE writers FROM "${name}"`);
    expect((await ask(url)).refusals).toEqual([]);
  });

  test('a role without defaults of its own is told', async () => {
    const role = await sandbox.createRole();
    const { refusals, notes } = await ask(role.url(database));
    expect(refusals).toEqual([]);
    expect(notes.filter((note) => note.includes('of its own')).map((note) => note.split(' ')[4])).toEqual([
      'default_transaction_read_only',
      'idle_in_transaction_session_timeout',
      'lock_timeout',
      'statement_timeout',
      ...(major >= 17 ? ['transaction_timeout'] : []),
    ]);
  });

  test('a schema in front of the server’s own does not answer for it', async () => {
    const { name, url } = await fresh();
    await admin.run(`CREATE SCHEMA trap; CREATE VIEW trap.pg_roles AS SELECT * FROM pg_catalog.pg_roles WHERE false;
      GRANT USAGE ON SCHEMA trap TO "${name}"; GRANT SELECT ON trap.pg_roles TO "${name}"; ALTER ROLE "${name}" SET search_path = trap, pg_catalog; ALTER ROLE "${name}" CREATEDB`);
    await admin.run(`ALTER ROLE "${name}" IN DATABASE "${database.name}" SET search_path = trap, pg_catalog`);
    expect((await ask(url)).refusals.join(' ')).toContain('CREATEDB');
  });
});
