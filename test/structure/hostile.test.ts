import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Snapshot } from '../../src/engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { restoredDatabase, type RestoredDatabase } from '../../src/twin/restored.ts';
import { asked, captured, sourceDatabase } from './sources.ts';
import { oddName, oddNames, otherStatements, promote, tampered, tamperedTables } from './tampered.ts';

const signal = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), 'dbd-hostile-'));
// The server may run under another account than the tests.
chmodSync(folder, 0o777);
const mark = join(folder, 'mark');
const program = `COPY (SELECT 1) TO PROGRAM 'touch ${mark}'`;

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
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

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

test('definitions that are other statements, or two, make nothing', async () => {
  const twin = await startSandbox(postgres);
  try {
    for (const [path, snapshot] of otherStatements(honest, program)) {
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
  const snapshot = tamperedTables(honest, ({ columns }) => ({
    columns: columns.map((one) => (one.name === 'a' ? { ...one, default: `0); ${promote}; --` } : one)),
  }));
  await restore(snapshot, async ({ made }) => {
    expect(made.leftOut.map(({ path }) => path)).toContain('table app.t column a default');
    expect(made.differences).toEqual([]);
  });
});

test('names are names, whatever they hold', async () => {
  const snapshot = oddNames(honest);
  const name = oddName;
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
      honest,
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

test('an endless statement ends with the command, also when the limit was lifted', async () => {
  const snapshot = tampered(honest, {
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
  await expect(
    restoredDatabase({ engine: postgres, sandbox: server, snapshot, signal: controller.signal }),
  ).rejects.toThrow('enough');
});
