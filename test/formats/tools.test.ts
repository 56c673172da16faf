/** Exported folders, carried out by the tools they are for. */
import { execFile, execFileSync } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate as drizzleMigrate } from 'drizzle-orm/node-postgres/migrator';
import knexOf from 'knex';
import { runner } from 'node-pg-migrate';
import { Client } from 'pg';
import { beforeAll, expect, test } from 'vitest';
import { applyChange } from '../../src/apply/apply.ts';
import type { Change } from '../../src/change/model.ts';
import { exportStory } from '../../src/deliver/formats/export.ts';
import type { Observation } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';
import { testDatabase, testSandbox } from '../support/database.ts';
import { need } from '../support/require.ts';
import { changes, emptyFolder, plainChanges, write, writeChange } from './ground.ts';

beforeAll(() => postgres.grammar.ready());

const exec = promisify(execFile);

interface Tool {
  readonly name: string;
  readonly needs?: string;
  readonly changes?: readonly Change[];
  /** What the tool writes down for itself. */
  readonly own: RegExp;
  up(folder: string, url: string): Promise<unknown>;
  /** Takes everything back, one migration at a time; absent where the tool cannot. */
  down?(folder: string, url: string): Promise<unknown>;
}

const sqitch = (verb: readonly string[]) => (folder: string, url: string) =>
  exec('sqitch', [...verb, url.replace(/^postgres(ql)?:/, 'db:pg:')], {
    cwd: folder,
    env: { ...process.env, SQITCH_FULLNAME: 'x', SQITCH_EMAIL: 'x@localhost' },
  });

const dbmate = (verb: string) => async (folder: string, url: string) =>
  exec(
    resolve('node_modules/.bin/dbmate'),
    [
      '--migrations-dir',
      folder,
      '--no-dump-schema',
      '--url',
      `${url}${url.includes('?') ? '&' : '?'}sslmode=disable`,
      verb,
    ],
    { cwd: folder },
  );

const knex = async (folder: string, url: string, way: 'latest' | 'rollback'): Promise<void> => {
  const client = knexOf({ client: 'pg', connection: url, migrations: { directory: folder } });
  try {
    if (way === 'latest') await client.migrate.latest();
    else await client.migrate.rollback(undefined, true);
  } finally {
    await client.destroy();
  }
};

const pgMigrate = (folder: string, url: string, direction: 'up' | 'down'): Promise<unknown> =>
  runner({
    databaseUrl: url,
    dir: folder,
    direction,
    count: Infinity,
    migrationsTable: 'pgmigrations',
    singleTransaction: false,
    log: () => undefined,
  });

const tools: readonly Tool[] = [
  {
    name: 'sqitch',
    needs: 'sqitch: apt install sqitch libdbd-pg-perl',
    own: /\bsqitch\b/,
    up: sqitch(['deploy']),
    down: sqitch(['revert', '-y']),
  },
  {
    name: 'dbmate',
    own: /schema_migrations/,
    up: dbmate('up'),
    down: async (folder, url) => {
      for (let at = 0; at < (await readdir(folder)).length; at += 1) await dbmate('down')(folder, url);
    },
  },
  {
    name: 'knex',
    own: /knex_migrations/,
    up: (folder, url) => knex(folder, url, 'latest'),
    down: (folder, url) => knex(folder, url, 'rollback'),
  },
  {
    name: 'node-pg-migrate',
    own: /pgmigrations/,
    up: (folder, url) => pgMigrate(folder, url, 'up'),
    down: (folder, url) => pgMigrate(folder, url, 'down'),
  },
  {
    name: 'drizzle',
    changes: plainChanges,
    own: /\bdrizzle\b/,
    up: async (folder, url) => {
      const client = new Client({ connectionString: url });
      await client.connect();
      await drizzleMigrate(drizzle(client), { migrationsFolder: folder }).finally(() => client.end());
    },
  },
];

async function observe(database: SandboxDatabase): Promise<Observation> {
  const { owner } = await testSandbox();
  const session = await postgres.connect(database.adminUrl);
  return postgres.witness.observe(session, { owner }).finally(() => session.close());
}

async function apply(database: SandboxDatabase, all: readonly Change[]): Promise<void> {
  const session = await postgres.connect(database.ownerUrl);
  try {
    for (const change of all)
      await applyChange({
        engine: postgres,
        session,
        change,
        direction: 'up',
        emit: () => undefined,
        signal: new AbortController().signal,
      });
  } finally {
    await session.close();
  }
}

/** What differs beside the tool's own tables. */
function apart(tool: Tool, before: Observation, after: Observation): readonly string[] {
  return postgres.witness
    .compare(before, after)
    .filter(({ path }) => !tool.own.test(path))
    .map(({ path, fact }) => `${path} ${fact}`);
}

async function exported(tool: Tool, all: readonly Change[]): Promise<string> {
  const folder = emptyFolder();
  for (const change of all) await writeChange(join(folder, 'changes'), change);
  const out = join(folder, 'out');
  await exportStory({
    engine: postgres,
    to: tool.name,
    changes: [{ path: join(folder, 'changes'), shown: 'changes' }],
    out: { folder: out, shown: 'out' },
  });
  return out;
}

function installed(command: string): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

for (const tool of tools)
  test.skipIf(tool.needs !== undefined && !need(installed(tool.name), tool.needs))(
    `${tool.name}: carries an exported folder out as dbd does, and takes it back`,
    async () => {
      const all = tool.changes ?? changes;
      const [ours, theirs] = await Promise.all([testDatabase(), testDatabase()]);
      const start = await observe(theirs);
      await apply(ours, all);
      const wanted = await observe(ours);
      expect(apart(tool, start, wanted).length).toBeGreaterThan(3);

      const folder = await exported(tool, all);
      await tool.up(folder, theirs.ownerUrl);
      expect(apart(tool, wanted, await observe(theirs))).toEqual([]);
      if (!tool.down) return;
      await tool.down(folder, theirs.ownerUrl);
      expect(apart(tool, start, await observe(theirs))).toEqual([]);
    },
  );

test('a change that was edited after its export no longer makes the same', async () => {
  const tool = tools.find(({ name }) => name === 'knex')!;
  const [ours, theirs] = await Promise.all([testDatabase(), testDatabase()]);
  await apply(ours, plainChanges);
  const folder = await exported(tool, plainChanges);
  const file = (await readdir(folder)).find((name) => name.includes('users_1'))!;
  const text = await readFile(join(folder, file), 'utf8');
  await write(folder, { [file]: text.replace('email text', 'email varchar(80)') });
  await tool.up(folder, theirs.ownerUrl);
  expect(apart(tool, await observe(ours), await observe(theirs))).toContain(
    'table public.users column email pg_attribute.atttypid',
  );
});
