/** `dbd snapshot` as it is called. */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run as call } from '../../src/commands/run.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { readSnapshot } from '../../src/snapshot/file.ts';
import { testDatabase } from '../support/database.ts';
import { hasPsql, outputOf, read, run, steady, usual } from './capture-tools.ts';

const structure = `CREATE TABLE users (id int PRIMARY KEY, email text);
INSERT INTO users SELECT i, 'u' || i % 7 || '@example.com' FROM generate_series(1, 300) i; ANALYZE users`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dbd-snapshot-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** An address with a password, which a server that trusts everybody does not look at. */
function secret(address: string): string {
  const url = new URL(address);
  url.password = 'hunter2';
  return url.href;
}

describe('dbd snapshot', () => {
  test('writes a file and says what it holds and what was not seen', async () => {
    const { ownerUrl } = await testDatabase({ sql: structure });
    const out = join(folder, 'users.dbds');
    const report = await call('snapshot', { database: secret(ownerUrl), out }, { cwd: folder });
    expect(report.headline).toMatch(
      /^1 table, 1 index, 0 statements in [\d.]+ kB; 2 things could not be seen\.$/,
    );
    expect(report.output).toMatchObject({ file: out, tables: 1 });
    const snapshot = await readSnapshot(out);
    expect(snapshot.columns.map(({ column }) => column)).toEqual(['id', 'email']);
    expect(report.blocks.find(({ id }) => id === 'unseen')).toMatchObject({ rows: { length: 2 } });
    expect(report.blocks.find(({ id }) => id === 'grants')).toMatchObject({
      text: 'CREATE EXTENSION pg_stat_statements;',
    });
    const text = JSON.stringify([report, snapshot]);
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain('/var/');
  });

  test('takes the address from DATABASE_URL, and asks probes that are named', async () => {
    const { ownerUrl } = await testDatabase({ sql: structure });
    const report = await call(
      'snapshot',
      { out: 'env.dbds', probe: 'ends, prefixes', statements: 5, timeout: '5s' },
      { cwd: folder, env: { DATABASE_URL: ownerUrl } },
    );
    expect(report.blocks.find(({ id }) => id === 'probes')).toMatchObject({
      rows: [
        ['ends', 'public.users: ends of id', '100 %', expect.any(String)],
        ['prefixes', 'public.users: beginnings and lengths of email', '100 %', expect.any(String)],
      ],
    });
    expect((await readSnapshot(join(folder, 'env.dbds'))).probes.prefixes).toHaveLength(1);
  });

  test.skipIf(!hasPsql())(
    "makes the same file from a script's output, also as a Windows shell writes it",
    async () => {
      const { ownerUrl } = await testDatabase({ sql: structure });
      const output = await outputOf(ownerUrl);
      const direct = await call(
        'snapshot',
        { database: ownerUrl, out: 'direct.dbds', mask: 'none' },
        { cwd: folder },
      );
      expect(direct.output['tables']).toBe(1);
      await writeFile(
        join(folder, 'wide.txt'),
        Buffer.from(`\uFEFF${output.replaceAll('\n', '\r\n')}`, 'utf16le'),
      );
      await call('snapshot', { from: 'wide.txt', out: 'wide.dbds', mask: 'none' }, { cwd: folder });
      expect(steady(await readSnapshot(join(folder, 'wide.dbds')))).toEqual(
        steady(await readSnapshot(join(folder, 'direct.dbds'))),
      );
      await writeFile(join(folder, 'cut.txt'), output.slice(0, -40));
      await expect(
        call('snapshot', { from: 'cut.txt', out: 'cut.dbds' }, { cwd: folder }),
      ).rejects.toMatchObject({ code: 'snapshot.invalid' });
      expect(existsSync(join(folder, 'cut.dbds'))).toBe(false);
    },
  );

  test('prints its script so that it can be redirected', async () => {
    const printed = await new Promise<string>((resolve, reject) => {
      execFile(
        process.execPath,
        ['dist/bin.js', 'snapshot', '--script', '--timeout', '7s'],
        (error, stdout) => (error ? reject(error) : resolve(stdout)),
      );
    });
    expect(printed).toBe(postgres.capture.script({ ...usual, statementMs: 7000 }));
    await call('snapshot', { script: true, out: 'snapshot.sql' }, { cwd: folder });
    expect(await readFile(join(folder, 'snapshot.sql'), 'utf8')).toBe(postgres.capture.script(usual));
  });

  test.each([
    ['no file', { database: 'postgres://u@h/d' }, 'usage.missing-input'],
    ['no database', { out: 'x.dbds' }, 'usage.missing-input'],
    ['two sources', { database: 'postgres://u@h/d', from: 'x.txt', out: 'x.dbds' }, 'usage.wrong-option'],
    [
      'an unknown probe',
      { database: 'postgres://u@h/d', out: 'x.dbds', probe: 'rows' },
      'usage.wrong-option',
    ],
    [
      'a time that is none',
      { database: 'postgres://u@h/d', out: 'x.dbds', timeout: 'soon' },
      'usage.wrong-option',
    ],
    ['an output that is missing', { from: 'nowhere.txt', out: 'x.dbds' }, 'file.missing'],
    [
      'a server that is not there',
      { database: 'postgres://u:hunter2@localhost:1/d', out: 'x.dbds' },
      'connect.refused',
    ],
  ])('refuses %s', async (_, input, code) => {
    const error: unknown = await call('snapshot', input, { cwd: folder, env: {} }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code });
    expect(String((error as Error).message)).not.toContain('hunter2');
    expect(existsSync(join(folder, 'x.dbds'))).toBe(false);
  });

  test('leaves no file when the server goes away', async () => {
    const sandbox = await startSandbox(postgres);
    const database = await sandbox.createDatabase();
    await run(database.ownerUrl, structure);
    const work = call(
      'snapshot',
      { database: secret(database.ownerUrl), out: 'gone.dbds' },
      {
        cwd: folder,
        emit: (event) => {
          if (event.kind === 'started' && event.step === 'read sizes and statistics') void sandbox.stop();
        },
      },
    );
    const error: unknown = await work.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'connect.lost' });
    expect(String((error as Error).message)).not.toContain('hunter2');
    expect(readdirSync(folder).filter((name) => name.startsWith('gone'))).toEqual([]);
    await sandbox.stop();
  });

  test('stops when it is told, and the server stops working for it', async () => {
    const { ownerUrl, adminUrl } = await testDatabase({ sql: structure });
    const stop = new AbortController();
    const work = call(
      'snapshot',
      { database: ownerUrl, out: 'stopped.dbds' },
      {
        cwd: folder,
        signal: stop.signal,
        emit: (event) =>
          event.kind === 'started' && event.step === 'read sizes and statistics' && stop.abort(),
      },
    );
    await expect(work).rejects.toMatchObject({ code: 'interrupted' });
    expect(existsSync(join(folder, 'stopped.dbds'))).toBe(false);
    expect(
      await read(
        adminUrl,
        `SELECT pid FROM pg_stat_activity WHERE application_name = 'dbd snapshot' AND datname = current_database()`,
      ),
    ).toEqual([]);
  });

  test('an empty database has a snapshot too', async () => {
    const { ownerUrl } = await testDatabase();
    const report = await call('snapshot', { database: ownerUrl, out: 'empty.dbds' }, { cwd: folder });
    expect(report.headline).toMatch(/^0 tables, 0 indexes, 0 statements/);
    expect((await readSnapshot(join(folder, 'empty.dbds'))).relations).toEqual([]);
  });
});
