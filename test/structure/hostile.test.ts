import { chmodSync, existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Catalog, Table } from '../../src/catalog/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Snapshot } from '../../src/engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { restoredDatabase, type RestoredDatabase } from '../../src/twin/restored.ts';
import { asked, captured, sourceDatabase } from './sources.ts';

const signal = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), 'dbd-hostile-'));
// The server may run under another account than the tests.
chmodSync(folder, 0o777);
const mark = join(folder, 'mark');
const program = `COPY (SELECT 1) TO PROGRAM 'touch ${mark}'`;
const promote = 'ALTER ROLE dbd_owner SUPERUSER';

let server: Sandbox;
let honest: Snapshot;
beforeAll(async () => {
  server = await startSandbox(postgres);
  const there = await sourceDatabase(server, {
    owner: `CREATE SCHEMA app; CREATE SEQUENCE app.s; CREATE TYPE app.e AS ENUM ('a'); CREATE DOMAIN app.d AS integer CHECK (VALUE > 0);
      CREATE TABLE app.t (a integer DEFAULT 1, b text, CONSTRAINT positive CHECK (a > 0)); CREATE INDEX i ON app.t (b);
      CREATE FUNCTION app.f(n integer) RETURNS integer LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
      CREATE FUNCTION app.g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER tr BEFORE INSERT ON app.t FOR EACH ROW EXECUTE FUNCTION app.g();
      CREATE VIEW app.v AS SELECT a FROM app.t; CREATE RULE r AS ON DELETE TO app.t DO INSTEAD NOTHING; CREATE STATISTICS app.st ON a, b FROM app.t; CREATE POLICY p ON app.t USING (a > 0);`,
  });
  honest = await captured(there);
}, 60_000);
afterAll(() => server.stop());

interface Loot {
  readonly made: RestoredDatabase;
  readonly twin: Sandbox;
}

/** Restores a snapshot on a server of its own, and checks that nobody there got more rights than before. */
async function restore(snapshot: Snapshot, look: (loot: Loot) => Promise<void>): Promise<void> {
  const twin = await startSandbox(postgres);
  try {
    const made = await restoredDatabase({ engine: postgres, sandbox: twin, snapshot, signal });
    await unharmed(made.database);
    await look({ made, twin });
    await unharmed(made.database);
  } finally {
    await twin.stop();
  }
}

async function unharmed(database: SandboxDatabase): Promise<void> {
  expect(existsSync(mark)).toBe(false);
  expect(await asked(database, 'SELECT rolname FROM pg_roles WHERE rolsuper')).toEqual(['dbd_admin']);
  expect(
    await asked(
      database,
      "SELECT rolname FROM pg_roles r WHERE rolname ~ '^(pg_execute|pg_read_server|pg_write_server|dbd_admin)' AND pg_has_role('dbd_owner', r.oid, 'member')",
    ),
  ).toEqual([]);
  expect(
    await asked(
      database,
      `SELECT p.proname FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner WHERE p.prosecdef AND p.oid >= 16384
       AND (r.rolsuper OR pg_has_role(r.oid, 'pg_execute_server_program', 'member'))`,
    ),
  ).toEqual([]);
  expect(await asked(database, "SELECT datname FROM pg_database WHERE datname = 'looted'")).toEqual([]);
}

function tampered(change: Partial<Catalog>, more: Partial<Snapshot> = {}): Snapshot {
  return { ...honest, ...more, catalog: { ...honest.catalog, ...change } };
}

const table = (change: (table: Table) => Partial<Table>): Snapshot =>
  tampered({ tables: honest.catalog.tables.map((one) => ({ ...one, ...change(one) })) });

test('the texts would do harm in the hands of a superuser', async () => {
  const twin = await startSandbox(postgres);
  try {
    const database = await twin.createDatabase();
    await asked(database, promote);
    await expect(unharmed(database)).rejects.toThrow();
    await asked(database, program.replace(mark, `${mark}-control`));
    expect(existsSync(`${mark}-control`)).toBe(true);
  } finally {
    await twin.stop();
  }
});

test('definitions that are other statements, or two, make nothing', { timeout: 60_000 }, async () => {
  const { catalog } = honest;
  const hostile: readonly (readonly [string, Snapshot])[] = [
    [
      'function app.f(n integer)',
      tampered({
        routines: catalog.routines.map((one) => (one.name === 'f' ? { ...one, definition: program } : one)),
      }),
    ],
    [
      'function app.f(n integer)',
      tampered({
        routines: catalog.routines.map((one) =>
          one.name === 'f' ? { ...one, definition: `${one.definition}; ${promote}` } : one,
        ),
      }),
    ],
    [
      'view app.v',
      tampered({ views: catalog.views.map((one) => ({ ...one, definition: `SELECT 1 AS a; ${promote}` })) }),
    ],
    [
      'table app.t index i',
      table(({ indexes }) => ({ indexes: indexes.map((one) => ({ ...one, definition: promote })) })),
    ],
    [
      'table app.t index i',
      table(({ indexes }) => ({
        indexes: indexes.map((one) => ({ ...one, definition: `${one.definition}; ${promote}` })),
      })),
    ],
    [
      'table app.t trigger tr',
      table(({ triggers }) => ({
        triggers: triggers.map((one) => ({ ...one, definition: `CREATE TABLESPACE x LOCATION '/tmp'` })),
      })),
    ],
    [
      'table app.t constraint positive',
      table(({ constraints }) => ({
        constraints: constraints.map((one) => ({ ...one, definition: `CHECK (true); ${promote}` })),
      })),
    ],
    [
      'table app.t policy p',
      table(({ policies }) => ({
        policies: policies.map((one) => ({ ...one, using: `true); ${promote}; --` })),
      })),
    ],
    [
      'rule app.t r',
      tampered({
        others: catalog.others!.map((one) => (one.kind === 'rule' ? { ...one, definition: program } : one)),
      }),
    ],
    [
      'statistics app.st',
      tampered({
        others: catalog.others!.map((one) =>
          one.kind === 'statistics'
            ? { ...one, definition: `ALTER SYSTEM SET archive_command = 'touch ${mark}'` }
            : one,
        ),
      }),
    ],
    [
      'type app.d',
      tampered({
        types: catalog.types.map((one) =>
          one.kind === 'domain' ? { ...one, definition: `integer; ${promote}` } : one,
        ),
      }),
    ],
    [
      'sequence app.s',
      tampered({ sequences: catalog.sequences.map((one) => ({ ...one, start: `1; ${promote}` })) }),
    ],
  ];
  const twin = await startSandbox(postgres);
  try {
    for (const [path, snapshot] of hostile) {
      const { database, leftOut, differences } = await restoredDatabase({
        engine: postgres,
        sandbox: twin,
        snapshot,
        signal,
      });
      expect(leftOut.map((one) => one.path)).toContain(path);
      expect(differences).toEqual([]);
      await unharmed(database);
    }
  } finally {
    await twin.stop();
  }
});

test('a hostile default loses the default at most, and says so', async () => {
  const snapshot = table(({ columns }) => ({
    columns: columns.map((one) => (one.name === 'a' ? { ...one, default: `0); ${promote}; --` } : one)),
  }));
  await restore(snapshot, async ({ made }) => {
    expect(made.leftOut.map(({ path }) => path)).toContain('table app.t column a default');
    expect(made.differences).toEqual([]);
  });
});

test('names are names, whatever they hold', { timeout: 60_000 }, async () => {
  const name = `x"; ${promote}; --'`;
  const role = (of: string) => ({
    name: of,
    superuser: true,
    inherit: true,
    login: true,
    bypassRowSecurity: false,
    memberOf: ['dbd_admin', 'pg_execute_server_program', 'pg_read_server_files', 'dbd_owner', name],
  });
  const snapshot = tampered(
    {
      schemas: [
        ...honest.catalog.schemas,
        { name, owner: name, grants: [{ to: name, privilege: 'USAGE', grantable: true }] },
      ],
      tables: honest.catalog.tables.map((one) => ({
        ...one,
        owner: name,
        grants: [
          { to: name, privilege: 'SELECT', grantable: false },
          { to: 'PUBLIC', privilege: `SELECT ON app.t TO PUBLIC; ${promote}; --`, grantable: false },
        ],
      })),
      routines: honest.catalog.routines.map((one) => ({
        ...one,
        arguments: one.name === 'f' ? 'n integer) OWNER TO dbd_admin --' : '',
        owner: 'dbd_admin',
      })),
      extensions: [
        { name: `pg_trgm"; ${promote}; --`, schema: 'public', version: '1' },
        { name: 'file_fdw', schema: 'public', version: '1.0' },
        { name: 'citext', schema: name, version: `1'; ${promote}; --` },
      ],
      others: [
        {
          kind: 'server',
          name: 'far',
          definition: `FOREIGN DATA WRAPPER "w""; ${promote}; --" OPTIONS ("o""p")`,
        },
        {
          kind: 'server',
          name: 'near',
          definition: 'FOREIGN DATA WRAPPER postgres_fdw OPTIONS (dbname, fetch_size)',
        },
        {
          kind: 'default privileges',
          name: `"${name.replaceAll('"', '""')}" in app on r`,
          definition: `"${name.replaceAll('"', '""')}"=r/dbd_admin`,
        },
        { kind: 'event trigger', name: 'e', definition: 'ddl_command_end O app.g()' },
        { kind: 'operator class', name: 'app.o btree', definition: 'integer true' },
      ],
    },
    {
      roles: [role(name), role('dbd_owner'), role('dbd_admin'), role('plain')],
      settings: [
        { name: 'search_path', value: 'app, pg_catalog', from: 'database', planner: true },
        { name: 'search_path', value: `x'; ${promote}; --`, from: 'role', role: name, planner: true },
        { name: 'session_preload_libraries', value: '/tmp/evil.so', from: 'database', planner: false },
        { name: `work_mem = '1MB'; ${promote}; --`, value: '1', from: 'database', planner: true },
        { name: 'work_mem', value: '77MB', from: 'role', role: 'dbd_admin', planner: true },
      ],
    },
  );
  await restore(snapshot, async ({ made }) => {
    const { database, leftOut, notExact } = made;
    const told = [...leftOut.map(({ path }) => path), ...notExact.map(({ what }) => what)];
    expect(told).toEqual(
      expect.arrayContaining([
        'role dbd_admin',
        'extension file_fdw',
        'event trigger e',
        'operator class app.o btree',
        'setting session_preload_libraries',
        'role plain member of pg_execute_server_program',
        'role plain member of dbd_admin',
      ]),
    );
    expect(await asked(database, `SELECT tableowner FROM pg_tables WHERE tablename = 't'`)).toEqual([name]);
    expect(await asked(database, 'SHOW search_path')).toEqual(['pg_catalog, public']);
    expect(
      await asked(
        database,
        `SELECT r.rolname FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner WHERE p.proname = 'f'`,
      ),
    ).toEqual(['dbd_owner']);
    expect(
      await asked(database, `SELECT srvoptions::text FROM pg_foreign_server WHERE srvname = 'near'`),
    ).toEqual(['{host=/nowhere,port=1,dbname=nowhere,fetch_size=100}']);
  });
});

test('a function whose owner was a superuser, or a role with a way out, cannot use it', async () => {
  const body = `CREATE OR REPLACE FUNCTION app.f(n integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN EXECUTE $x$${program}$x$; RETURN 1; END $$`;
  for (const owner of ['pg_execute_server_program', 'dbd_admin', 'root']) {
    const snapshot = tampered(
      {
        routines: honest.catalog.routines.map((one) =>
          one.name === 'f' ? { ...one, definition: body, owner } : one,
        ),
      },
      {
        roles: [
          {
            name: 'root',
            superuser: true,
            inherit: true,
            login: true,
            bypassRowSecurity: true,
            memberOf: [],
          },
        ],
      },
    );
    await restore(snapshot, async ({ made }) => {
      const session = await postgres.connect(made.database.ownerUrl);
      await expect(session.query('SELECT app.f(1)')).rejects.toMatchObject({ fields: { sqlstate: '42501' } });
      await session.close();
    });
  }
});

test('a statement that never ends is ended, also when it lifts the limit', { timeout: 60_000 }, async () => {
  const snapshot = tampered({
    views: [
      {
        ...honest.catalog.views[0]!,
        materialized: true,
        definition: "SELECT set_config('statement_timeout', '0', false) AS a FROM pg_sleep(0.01)",
      },
      {
        ...honest.catalog.views[0]!,
        name: 'w',
        materialized: true,
        definition: 'SELECT a::text FROM generate_series(1, 1e15) a WHERE a < 0',
      },
    ],
  });
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error('enough')), 3_000);
  const before = performance.now();
  await expect(
    restoredDatabase({ engine: postgres, sandbox: server, snapshot, signal: controller.signal }),
  ).rejects.toThrow('enough');
  expect(performance.now() - before).toBeLessThan(30_000);
});
