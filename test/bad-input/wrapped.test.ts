import { chmodSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { call, type Called } from '../faces/call.ts';
import { scratch } from '../deliver/delivery.ts';
import { cache, earlierResults, nothingLeft, refused } from './refused.ts';

const pg = pathToFileURL(resolve('node_modules/pg/esm/index.mjs')).href;

/** A Node program with a connected client `c`. */
function script(body: string): readonly string[] {
  const path = join(scratch(), 'migrate.mjs');
  writeFileSync(
    path,
    `import pg from ${JSON.stringify(pg)};\nconst c = new pg.Client(process.env.DATABASE_URL);\nawait c.connect();\n${body}\n`,
  );
  return [process.execPath, path];
}

/** Runs `dbd rehearse -- …` as a process over earlier results. */
async function wrapped(words: readonly string[], more: readonly string[] = []): Promise<Called> {
  const { out, intact } = earlierResults();
  const called = await call(
    ['rehearse', '--quick', '--rows', '600', '--json', '--out', out, ...more, '--', ...words],
    {
      cwd: scratch(),
      env: { DBD_CACHE: cache().folder },
    },
  );
  if (called.code !== 0 && called.code !== 1) intact();
  await nothingLeft();
  return called;
}

describe('a wrapped command', { timeout: 60_000 }, () => {
  test('that is not there is named', async () => {
    const error = await refused('rehearse', { command: ['no-such-migrator', 'up'] });
    expect(error).toMatchObject({ code: 'rehearse.command-missing', exit: 2 });
    expect(error.message).toContain('no-such-migrator');
    expect(error.hint).toBeDefined();
  });

  test('that may not be started is named', async () => {
    const path = join(scratch(), 'migrate.sh');
    writeFileSync(path, 'echo');
    chmodSync(path, 0o644);
    const error = await refused('rehearse', { command: [path] });
    expect(error).toMatchObject({ code: 'rehearse.command-missing', exit: 2 });
    expect(error.message).toContain('migrate.sh');
  });

  test('that never connects is told which variables it was given', async () => {
    const error = await refused('rehearse', { command: [process.execPath, '-e', ''] });
    expect(error).toMatchObject({ code: 'rehearse.no-connection', exit: 2 });
    expect(`${error.message} ${error.hint ?? ''}`).toMatch(/DATABASE_URL|--url-env/);
  });

  test('that fails before it connects shows its own words', async () => {
    const fails = [process.execPath, '-e', 'console.error("cannot find config"); process.exit(3)'];
    const { code, stdout } = await wrapped(fails);
    expect([2, 1]).toContain(code);
    expect(stdout).toMatch(/exit code 3|cannot find config/);
  });

  test('that fails after a statement is a report that says how far it came', async () => {
    const { code, stdout } = await wrapped(
      script(
        "await c.query('CREATE TABLE a (id int PRIMARY KEY)'); await c.query('SELECT no_such_column FROM a');",
      ),
    );
    expect(code).toBe(1);
    const said = JSON.parse(stdout) as {
      verdict: string;
      claims: { id: string; verdict: string; because: string }[];
    };
    expect(said.verdict).toBe('failed');
    const runs = said.claims.find((claim) => claim.id === 'runs')!;
    expect(runs).toMatchObject({ verdict: 'missed' });
    expect(runs.because).toContain('no_such_column');
  });

  test('that hangs without a word is ended, and what it did last is said', async () => {
    const { code, stdout, stderr } = await wrapped(
      script("await c.query('CREATE TABLE last_one (id int)'); setInterval(() => {}, 1000);"),
      ['--idle', '2s'],
    );
    expect(code, stderr).toBe(2);
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string; hint: string } };
    expect(error.code).toBe('rehearse.command-hung');
    expect(error.message).toContain('last_one');
    expect(error.hint).toBeTruthy();
  });

  test('that asks for a password finds no terminal, and ends', async () => {
    const asks = [
      process.execPath,
      '-e',
      'process.stdout.write("Password: "); process.stdin.on("data", () => {}).on("end", () => process.exit(4));',
    ];
    const { code, stdout } = await wrapped(asks, ['--idle', '3s']);
    expect(code).toBe(2);
    expect(stdout).toMatch(/Password|exit code 4|terminal/);
  });

  test.each([
    ["ALTER SYSTEM SET work_mem = '1GB'", /ALTER SYSTEM/],
    ["COPY (SELECT 1) TO PROGRAM 'true'", /PROGRAM/],
  ])('that sends %s gets an error from the server, and the report says so', async (sql, says) => {
    const { code, stdout } = await wrapped(script(`await c.query(${JSON.stringify(sql)});`));
    expect(code).toBe(1);
    expect(stdout).toMatch(says);
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'failed' });
  });
});
