import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { differences } from '../../src/catalog/difference.ts';
import type { Catalog } from '../../src/catalog/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { spawnGroup } from '../../src/rehearse/wrapped/command.ts';
import type { StatementRun } from '../../src/rehearse/model.ts';
import { runWrapped, type WrappedRun } from '../../src/rehearse/wrapped/wrapped.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';
import { parseUrl } from '../../src/engines/postgres/url.ts';
import { testDatabase, testSandbox } from '../support/database.ts';
import { need } from '../support/require.ts';

const bin = (name: string): string =>
  fileURLToPath(new URL(`../../node_modules/.bin/${name}`, import.meta.url));
const folder = (tool: string): string => fileURLToPath(new URL(`tools/${tool}`, import.meta.url));
const installed = (program: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((path) => existsSync(join(path, program)));

async function wrapped(
  tool: string,
  command: readonly string[],
  commitBetween: boolean,
): Promise<{ run: WrappedRun; database: SandboxDatabase }> {
  const database = await testDatabase();
  const run = await runWrapped({
    engine: postgres,
    sandbox: await testSandbox(),
    database,
    command,
    cwd: folder(tool),
    env: process.env,
    commitBetween,
    urlEnv: ['DATABASE_URL'],
    idleLimitMs: 20_000,
    signal: new AbortController().signal,
    emit: () => {},
  });
  return { run, database };
}

/** Runs the same command without the proxy. */
async function plainly(tool: string, command: readonly string[]): Promise<SandboxDatabase> {
  const database = await testDatabase();
  const { host, port, user, database: name } = parseUrl(database.ownerUrl);
  const env = {
    ...process.env,
    DATABASE_URL: database.ownerUrl,
    PGHOST: host,
    PGPORT: String(port),
    PGUSER: user,
    PGDATABASE: name,
  } as Record<string, string>;
  const group = spawnGroup({ command, cwd: folder(tool), env, secrets: [], emit: () => {} });
  const ending = await group.ended;
  await group.end();
  expect(ending, group.output()).toEqual({ kind: 'exited', exitCode: 0 });
  return database;
}

async function catalogOf(database: SandboxDatabase): Promise<Catalog> {
  const session = await postgres.connect(database.adminUrl);
  return postgres.inspect(session).finally(() => session.close());
}

function one(run: WrappedRun, pattern: RegExp): StatementRun {
  const found = run.statements.filter((statement) => pattern.test(statement.sql));
  expect(found, String(pattern)).toHaveLength(1);
  return found[0]!;
}

const locks = (statement: StatementRun): readonly string[] =>
  statement.locks.map((lock) => `${lock.relation} ${lock.mode}`);

interface Tool {
  readonly name: string;
  readonly command: readonly string[];
  readonly needs?: string;
  /** What the tool calls its second migration, if it writes that down. */
  readonly origin?: string;
  /** The three statements of its second migration. */
  readonly type?: RegExp;
  readonly foreignKey?: RegExp;
  readonly unique?: RegExp;
  /** The type change and the foreign key share one transaction. */
  readonly together?: boolean;
  /** It runs all migrations in one transaction, which is committed between them so many times. */
  readonly splits?: number;
}

const tools: readonly Tool[] = [
  {
    name: 'knex',
    origin: '02-grow.cjs',
    command: [bin('knex'), 'migrate:latest', '--knexfile', 'knexfile.cjs'],
    splits: 2,
    type: /alter column "total" type bigint/,
    unique: /add constraint "users_email_unique" unique/,
  },
  {
    name: 'node-pg-migrate',
    origin: '1700000000002-grow',
    command: [bin('node-pg-migrate'), 'up'],
    splits: 1,
  },
  { name: 'drizzle', origin: '1700000000002', command: ['node', 'migrate.mjs'], splits: 1 },
  {
    name: 'sequelize',
    origin: '02-grow',
    command: ['node', 'migrate.mjs'],
    type: /ALTER COLUMN "total" TYPE BIGINT/,
  },
  {
    name: 'typeorm',
    origin: 'Grow1700000000002',
    command: [bin('typeorm'), 'migration:run', '-d', 'data-source.mjs'],
    splits: 1,
  },
  { name: 'kysely', origin: '02-grow', command: ['node', 'migrate.mjs'], splits: 1 },
  {
    name: 'psql',
    command: ['psql', '-X', '-v', 'ON_ERROR_STOP=1', '-f', '01-users.sql', '-f', '02-grow.sql'],
    needs: 'psql: apt install postgresql-client',
    together: false,
  },
  {
    name: 'sqitch',
    origin: 'grow',
    command: ['sqitch', 'deploy', '--verify', 'db:pg:'],
    needs: 'sqitch: apt install sqitch libdbd-pg-perl',
  },
];

for (const tool of tools) {
  test.skipIf(tool.needs !== undefined && !need(installed(tool.command[0]!), tool.needs))(
    `${tool.name}: each statement with its locks, and the same result as without the proxy`,
    async () => {
      const { run, database } = await wrapped(tool.name, tool.command, tool.splits !== undefined);
      expect(run.exitCode, run.output).toBe(0);
      const failed = run.statements.flatMap((statement) => statement.error?.message ?? []);
      expect(failed).toEqual(tool.name === 'sqitch' ? ['relation "changes" does not exist'] : []);
      expect(run.splits).toBe(tool.splits ?? 0);
      const type = one(
        run,
        tool.type ??
          /alter table "?(public"?\.)?"?orders"?\s+alter( column)? "?total"? (type|set data type) bigint/i,
      );
      expect(locks(type)).toContain('public.orders ACCESS EXCLUSIVE');
      expect(type.rewrites).toEqual(['public.orders']);
      expect(type.sampled).toBe(false);
      const key = one(run, tool.foreignKey ?? /foreign key/i);
      expect(locks(key)).toEqual(expect.arrayContaining(['public.users SHARE ROW EXCLUSIVE']));
      expect(key.rewrites).toEqual([]);
      const unique = one(run, tool.unique ?? /create unique index/i);
      expect(
        locks(unique).some((lock) =>
          /^public\.users (SHARE|SHARE ROW EXCLUSIVE|ACCESS EXCLUSIVE)$/.test(lock),
        ),
      ).toBe(true);
      if (tool.together ?? true) {
        expect(type.transaction).toBeDefined();
        expect([type.session, type.transaction]).toEqual([key.session, key.transaction]);
      } else {
        expect(type.transaction).toBeUndefined();
      }
      expect([type, key, unique].map((statement) => statement.origin)).toEqual(Array(3).fill(tool.origin));
      const plain = await plainly(tool.name, tool.command);
      expect(differences(await catalogOf(plain), await catalogOf(database))).toEqual([]);
    },
  );
}
