import { describe, expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';
import { openPlace } from '../../src/sandbox/place.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { restoredDatabase, twinServer } from '../../src/twin/restored.ts';
import { need } from '../support/require.ts';
import { richAdminSql, richSql } from './rich.sql.ts';
import { asked, captured, oidOrder, sourceDatabase } from './sources.ts';

const signal = new AbortController().signal;
const emit = (): void => undefined;

const { packages } = openPlace(postgres.launch.accounts);

/** Whether a server of the major version can be started here without fetching it. */
async function startable(major: number): Promise<boolean> {
  for (const { folder, major: found } of await postgres.launch.candidates({ major, packages }))
    if (found === major && (await postgres.launch.version(folder)) !== undefined) return true;
  return false;
}

const odd = `o'dd; "ALTER" -- role`;
const majors = [14, 15, 16, 17, 18];
const present = new Map<number, boolean>();
for (const major of majors) present.set(major, await startable(major));

describe.each(majors)('a structure of PostgreSQL %i', (major) => {
  test.skipIf(!need(present.get(major)!, `PostgreSQL ${major}: dbd sandbox install ${major}`))(
    'is restored in full and in its order, on another server',
    async () => {
      const source = await startSandbox(postgres, { major });
      try {
        const there = await sourceDatabase(source, {
          owner: richSql(major),
          admin: richAdminSql(major),
          extensions: ['pg_trgm', 'citext'],
        });
        const snapshot = await captured(there);
        const twin = await twinServer({ engine: postgres, snapshot, emit });
        try {
          expect(Math.floor(twin.serverVersion / 10_000)).toBe(major);
          const made = await restoredDatabase({ engine: postgres, sandbox: twin, snapshot, signal });
          expect(made.differences).toEqual([]);
          expect(made.leftOut.map(({ path }) => path)).toEqual([
            'role dbd_admin',
            'role reader member of pg_execute_server_program',
            'event trigger noted',
            'operator class app.ints btree',
            'publication sent',
          ]);
          expect(made.notExact.map(({ what }) => what)).toEqual([
            'role boss',
            'server "Far away"',
            'server shell',
            'setting statement_timeout',
          ]);
          expect(await asked(made.database, oidOrder)).toEqual(await asked(there, oidOrder));
          await sameBehaviour(there, made.database);
          await rolesOf(made.database);
        } finally {
          await twin.stop();
        }
      } finally {
        await source.stop();
      }
    },
  );
});

/** What the catalogs hold beside the structure that is compared. */
async function sameBehaviour(there: SandboxDatabase, here: SandboxDatabase): Promise<void> {
  for (const sql of [
    `SELECT format('%s %s %s', c.relname, k.conname, k.conislocal) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE k.conrelid >= 16384 AND k.contype IN ('c', 'n') ORDER BY 1`,
    `SELECT format('%s %s %s', c.relname, p.relname, i.inhseqno) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent ORDER BY 1`,
    `SELECT format('%s %s', relname, relispopulated) FROM pg_class WHERE relkind = 'm' ORDER BY 1`,
    `SELECT format('%s %s', c.relname, i.indisvalid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.oid >= 16384 AND c.relname !~ '^pg_toast' ORDER BY 1`,
    `SELECT format('%s %s %s %s', proname, procost, prorows, proparallel) FROM pg_proc WHERE oid >= 16384 AND pronamespace = 'app'::regnamespace ORDER BY 1`,
    `SELECT format('%s %s %s', token, lexemes, alias) FROM ts_debug('app.search', 'running 12 cats') ORDER BY 1`,
    `SELECT app.middle(1.5) WITHIN GROUP (ORDER BY 4)::text || app.sum_all(2) || app.joined('x')`,
  ])
    expect(await asked(here, sql)).toEqual(await asked(there, sql));
}

async function rolesOf(database: SandboxDatabase): Promise<void> {
  const shown = `SELECT format('%s login %s super %s bypass %s inherit %s', rolname, rolcanlogin, rolsuper, rolbypassrls, rolinherit) FROM pg_roles WHERE rolname !~ '^(pg_|dbd_)' ORDER BY rolname COLLATE "C"`;
  expect(await asked(database, shown)).toEqual([
    'boss login f super f bypass t inherit t',
    `${odd} login f super f bypass t inherit t`,
    'reader login f super f bypass f inherit t',
    'writer login f super f bypass f inherit f',
  ]);
  const members = (of: string): Promise<readonly unknown[]> =>
    asked(
      database,
      `SELECT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = '${of}' ORDER BY g.rolname COLLATE "C"`,
    );
  expect(await members('writer')).toEqual([odd, 'pg_monitor', 'reader']);
  expect(await members('reader')).toEqual([]);
  expect(await members('dbd_owner')).toEqual(['boss', odd, 'reader', 'writer']);
  const settings = `SELECT format('%s: %s', coalesce(r.rolname, 'all'), c) FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = s.setrole, unnest(s.setconfig) c WHERE s.setdatabase <> 0 ORDER BY 1`;
  expect(await asked(database, settings)).toEqual([
    'all: search_path=app, "Odd ""Schema""", public',
    'all: work_mem=12MB',
    'dbd_admin: search_path=pg_catalog, public',
    'reader: enable_seqscan=off',
    'writer: random_page_cost=1.25',
  ]);
  // The unprivileged owner works with everybody's objects, and sees names as the application does.
  const session = await postgres.connect(database.ownerUrl);
  try {
    await session.query('ALTER TABLE zebra ADD COLUMN added integer');
    await expect(session.query("COPY zebra TO PROGRAM 'cat'")).rejects.toMatchObject({
      fields: { sqlstate: '42501' },
    });
  } finally {
    await session.close();
  }
}
