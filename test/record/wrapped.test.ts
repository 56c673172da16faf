import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { Event } from '../../src/base/event.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { runWrapped, type WrappedOptions, type WrappedRun } from '../../src/rehearse/wrapped/wrapped.ts';
import { testDatabase, testSandbox } from '../support/database.ts';
import { need } from '../support/require.ts';

const pg = fileURLToPath(new URL('../../node_modules/pg/esm/index.mjs', import.meta.url));
const psql = (process.env.PATH ?? '').split(delimiter).some((path) => existsSync(join(path, 'psql')));
const withPsql = need(psql, 'psql: apt install postgresql-client');

/** Machines that are busy with other tests take their time. */
const patience = { timeout: 15_000 };

interface Tried {
  readonly run: Promise<WrappedRun>;
  readonly events: readonly Event[];
}

async function wrap(
  command: readonly string[],
  more: Partial<WrappedOptions> & { readonly sql?: string } = {},
): Promise<Tried> {
  const events: Event[] = [];
  const { sql, ...options } = more;
  const run = runWrapped({
    engine: postgres,
    sandbox: await testSandbox(),
    database: await testDatabase(sql === undefined ? {} : { sql }),
    command,
    cwd: tmpdir(),
    env: process.env,
    urlEnv: ['DATABASE_URL'],
    idleLimitMs: 20_000,
    signal: new AbortController().signal,
    emit: (event) => events.push(event),
    ...options,
  });
  run.catch(() => {});
  return { run, events };
}

/** A Node program that has a connected client `c`. */
async function script(body: string): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'dbd-wrapped-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'migrate.mjs');
  await writeFile(
    file,
    `import pg from ${JSON.stringify(pg)};\nconst c = new pg.Client(process.env.DATABASE_URL);\nawait c.connect();\n${body}\n`,
  );
  return [process.execPath, file];
}

/** Dead processes that nobody has waited for still have a number. */
async function alive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  if (stat !== '') return !/\) [ZX] /.test(stat);
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a program that does not exist', async () => {
  const { run } = await wrap(['dbd-no-such-program', 'up']);
  await expect(run).rejects.toMatchObject({ code: 'rehearse.command-missing' });
});

test('a failing command is a result, with its exit code and the statement that failed', async () => {
  const { run } = await wrap(
    await script(
      `await c.query('CREATE TABLE t (id int)'); console.error('now it breaks'); await c.query('ALTER TABLE t ADD COLUMN id int');`,
    ),
  );
  const { exitCode, statements, output, connections } = await run;
  expect({ exitCode, connections }).toEqual({ exitCode: 1, connections: 1 });
  expect(output).toContain('now it breaks');
  expect(statements.map((statement) => statement.error?.sqlstate)).toEqual([undefined, '42701']);
});

test('a command that asks a question is ended, and the message shows what it asked', async () => {
  const { run } = await wrap(
    await script(
      `await c.query('SELECT 42'); process.stdout.write('Proceed with 3 migrations? [y/N] '); setInterval(() => {}, 1000);`,
    ),
    { idleLimitMs: 3000 },
  );
  await expect(run).rejects.toMatchObject({
    code: 'rehearse.command-hung',
    message: expect.stringMatching(/SELECT 42[^]*Proceed with 3 migrations/) as string,
    hint: expect.stringContaining('--yes') as string,
  });
});

test('a password prompt has neither input nor terminal', async () => {
  const { run } = await wrap([
    'sh',
    '-c',
    'read answer || echo "no answer"; (read answer < /dev/tty) 2>/dev/null || echo "no terminal"; exit 4',
  ]);
  await expect(run).rejects.toMatchObject({
    code: 'rehearse.command-failed',
    message: expect.stringMatching(/exit code 4 .* "no terminal"/) as string,
    details: { output: 'no answer\nno terminal\n' },
  });
});

test('a long statement is not silence', async () => {
  const { run } = await wrap(await script(`await c.query('SELECT pg_sleep(3.5)'); await c.end();`), {
    idleLimitMs: 2500,
  });
  expect((await run).exitCode).toBe(0);
});

test('a command that never connects', async () => {
  const { run } = await wrap(['sh', '-c', 'echo done']);
  await expect(run).rejects.toMatchObject({
    code: 'rehearse.no-connection',
    hint: expect.stringContaining('--url-env') as string,
  });
});

test('other variables get the address, too, and what would lead elsewhere is taken away', async () => {
  const { run } = await wrap(
    [
      'sh',
      '-c',
      'test "$APP_DB" = "$DATABASE_URL" && test -z "$PGSERVICE$PGHOSTADDR$PGPASSFILE" && test "$PGHOST" = 127.0.0.1 && test "$PGSSLMODE" = disable && exit 7',
    ],
    {
      urlEnv: ['DATABASE_URL', 'APP_DB'],
      env: {
        ...process.env,
        PGSERVICE: 'prod',
        PGHOSTADDR: '10.0.0.1',
        PGPASSFILE: '/x',
        DATABASE_URL: 'postgres://prod',
      },
    },
  );
  await expect(run).rejects.toMatchObject({ message: expect.stringContaining('exit code 7') as string });
});

test('the password of the proxy is never shown, even in pieces', async () => {
  const { run, events } = await wrap(
    await script(`
    const url = process.env.DATABASE_URL;
    process.stdout.write(url.slice(0, 40)); await new Promise((r) => setTimeout(r, 100)); process.stdout.write(url.slice(40) + ' ' + process.env.PGPASSWORD + '\\n');
    await c.end();`),
  );
  const { output } = await run;
  const shown = events.flatMap((event) => (event.kind === 'output' ? event.text : [])).join('');
  expect(shown).toBe(output);
  expect(output).toMatch(/^postgresql:\/\/[^:]+:\*\*\*@127\.0\.0\.1:\d+\/\S+ \*\*\*\n$/);
});

test('an interruption ends the whole group, children of children included', async () => {
  const stop = new AbortController();
  const { run, events } = await wrap(['sh', '-c', 'trap "" TERM; sleep 60 & echo $!; wait'], {
    signal: stop.signal,
  });
  await expect
    .poll(() => events.filter((event) => event.kind === 'output').length, patience)
    .toBeGreaterThan(0);
  const pid = Number((events.find((event) => event.kind === 'output') as { text: string }).text);
  expect(await alive(pid)).toBe(true);
  stop.abort();
  await expect(run).rejects.toMatchObject({ code: 'interrupted' });
  await expect.poll(() => alive(pid), patience).toBe(false);
});

test('tables of earlier migrations can be filled before the next one', async () => {
  const command = await script(`
    await c.query('CREATE TABLE knex_migrations (name text)');
    await c.query('BEGIN');
    await c.query('CREATE TABLE users (id int)');
    await c.query("INSERT INTO knex_migrations VALUES ('1')");
    await c.query('ALTER TABLE users ALTER COLUMN id TYPE bigint');
    await c.query("INSERT INTO knex_migrations VALUES ('2')");
    await c.query('COMMIT');
    await c.end();`);
  const database = await testDatabase();
  const { run } = await wrap(command, {
    database,
    commitBetween: true,
    beforeTransaction: async () => {
      const session = await postgres.connect(database.ownerUrl);
      const { rows } = await session.query<{ there: boolean }>(
        `SELECT to_regclass('public.users') IS NOT NULL AS there`,
      );
      if (rows[0]!.there)
        await session.run(
          'INSERT INTO users SELECT generate_series(1, 1000) WHERE NOT EXISTS (SELECT FROM users)',
        );
      await session.close();
    },
  });
  const { exitCode, splits, statements } = await run;
  expect({ exitCode, splits }).toEqual({ exitCode: 0, splits: 1 });
  const alter = statements.find((statement) => statement.sql.startsWith('ALTER'))!;
  expect(alter.rewrites).toEqual(['public.users']);
  expect(alter.walBytes).toBeGreaterThan(50_000);
  expect(statements.map((statement) => statement.transaction)).toEqual([undefined, 2, 2, 2, 3, 3, 3]);
});

test.skipIf(!withPsql)(
  'psql: files in one transaction, copies both ways, and a stop at the first error',
  async () => {
    const cwd = fileURLToPath(new URL('tools/psql', import.meta.url));
    const once = await (
      await wrap(
        [
          'psql',
          '-X',
          '-1',
          '-v',
          'ON_ERROR_STOP=1',
          '-f',
          '01-users.sql',
          '-f',
          '02-grow.sql',
          '-c',
          '\\copy orders to stdout csv',
        ],
        { cwd },
      )
    ).run;
    expect(once.output).toContain('3,2,30');
    expect(once.exitCode).toBe(0);
    expect(new Set(once.statements.map((statement) => statement.transaction))).toEqual(new Set([1]));
    expect(
      once.statements.filter((statement) => statement.kind === 'CopyStmt').map((statement) => statement.rows),
    ).toEqual([2, 3, 3]);
    const failing = await (
      await wrap(['psql', '-X', '-v', 'ON_ERROR_STOP=1', '-f', '02-grow.sql'], { cwd })
    ).run;
    expect(failing.exitCode).toBe(3);
    expect(failing.statements.map((statement) => statement.error?.sqlstate)).toEqual(['42P01']);
  },
);

test('the Knex example, from nothing: each migration meets the tables of the earlier ones', async () => {
  const cwd = fileURLToPath(new URL('../../examples/wrapped-knex', import.meta.url));
  const knex = fileURLToPath(new URL('../../node_modules/knex/bin/cli.js', import.meta.url));
  const { run } = await wrap([process.execPath, knex, 'migrate:latest', '--knexfile', 'knexfile.js'], {
    cwd,
    commitBetween: true,
  });
  const { exitCode, output, statements } = await run;
  expect(exitCode, output).toBe(0);
  expect(output).toContain('Batch 1 run: 4 migrations');
  const rewrites = statements.flatMap((statement) =>
    statement.rewrites.map((table) => [statement.sql.slice(0, 20), table]),
  );
  expect(rewrites).toEqual([
    ['ALTER TABLE books AL', 'public.books'],
    ['ALTER TABLE sales AD', 'public.sales'],
  ]);
  expect(statements.flatMap((statement) => statement.scans)).toEqual(
    expect.arrayContaining([
      'foreign key books_author_id_foreign validated',
      'index books_author_id_index built on public.books',
    ]),
  );
});
