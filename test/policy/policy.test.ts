/** What an agent's call reaches: the project, sandboxes of dbd, and databases by the kind that the configuration gives them. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { DbdError } from '../../src/base/error.ts';
import { consentOf, run, type RunOptions } from '../../src/commands/run.ts';
import { ground } from '../runner/ground.ts';

let cwd = '';
let db: Awaited<ReturnType<typeof ground>>;

const agent = (more: Partial<RunOptions> = {}): RunOptions => ({
  cwd,
  agent: 'a test',
  env: { TARGET: db.url, READER: `${db.url}&application_name=reader` },
  ...more,
});

async function refused(name: string, input: object, options: RunOptions = agent()): Promise<string> {
  try {
    await run(name, input, options);
    return 'ran';
  } catch (error) {
    return error instanceof DbdError ? error.code : String(error);
  }
}

beforeAll(async () => {
  db = await ground();
  cwd = mkdtempSync(join(tmpdir(), 'dbd-policy-'));
  mkdirSync(join(cwd, 'changes'));
  writeFileSync(join(cwd, 'changes', '001_a.sql'), 'CREATE TABLE a (id bigint PRIMARY KEY);');
  writeFileSync(
    join(cwd, 'dbd.config.yaml'),
    [
      'databases:',
      '  dev: { url: "${TARGET}", kind: development }',
      '  unsaid: { url: "${TARGET}" }',
      '  team: { url: "${TARGET}", kind: shared }',
      '  prod: { url: "${TARGET}", kind: production, read: { url: "${READER}" } }',
    ].join('\n'),
  );
  symlinkSync(tmpdir(), join(cwd, 'way-out'));
});

describe('addresses', () => {
  test.each([
    ['a server by its URL', { database: 'postgres://admin:secret@db.example.org/shop' }],
    ['a server of this machine', { database: 'postgres://localhost/shop' }],
    ['a database whose kind is not said', { database: 'unsaid' }],
    ['a shared one without a reader', { database: 'team' }],
  ])('%s is refused', async (_, input) => {
    expect(await refused('health', input)).toBe('policy.database');
  });

  test.each([
    ['a development database by its name', { database: 'dev' }],
    ['production by the role that only reads', { database: 'prod' }],
  ])('%s is read', async (_, input) => {
    expect(await refused('health', { ...input, rule: ['duplicate-index'] })).toBe('ran');
  });

  test('a person gives a name, too, and any address', async () => {
    const { cwd: here, env } = agent();
    const person = { cwd: here!, env: env! };
    for (const database of ['team', db.url])
      expect(await refused('health', { database, rule: ['duplicate-index'] }, person)).toBe('ran');
  });
});

describe('files', () => {
  test.each([
    ['report', { source: '/etc/passwd' }],
    ['report', { source: '../x' }],
    ['report', { source: 'way-out/x' }],
    ['report', { source: 'report.json', out: '/etc/cron.d/x' }],
    ['task', { task: '/etc/passwd' }],
    ['task', { task: 'task.md', out: 'way-out/new/folder' }],
    ['explain', { given: '/etc/passwd' }],
    ['rehearse', { files: ['changes', '/etc'] }],
    ['plan', { from: 'none', to: '/etc/passwd' }],
  ])('%s %o leads out of the project', async (name, input) => {
    expect(await refused(name, input)).toBe('policy.path');
  });

  test('files of the project are read', async () => {
    expect(await refused('report', { source: 'changes' })).toBe('file.missing');
  });
});

test.each([
  ['rehearse', { command: ['sh', '-c', 'id'] }],
  ['rehearse', { files: ['changes'], sandbox: '/evil/bin' }],
  ['rehearse', { files: ['changes'], urlEnv: ['PATH'] }],
  ['task', { task: 'x\ny', sandbox: 'postgres://superuser@db/x' }],
  ['migrate', { target: 'dev', forceContract: 'because' }],
])('%s %o starts programs or lifts a gate', async (name, input) => {
  expect(await refused(name, input)).toBe('policy.option');
});

describe('writing', () => {
  test.each(['unsaid', 'team', 'prod'])('%s is not written to for an agent', async (target) => {
    expect(await refused('migrate', { target })).toBe('policy.database');
    expect(await refused('migrate', { target, dryRun: true })).toBe('policy.database');
    expect(await db.value(`SELECT to_regclass('a') IS NULL`)).toBe(true);
  });

  test.each(['unsaid', 'team', 'prod'])(
    '%s keeps its kind when it is given as the database',
    async (database) => {
      expect(await refused('migrate', { database })).toBe('policy.database');
      expect(await refused('migrate', { database, dryRun: true })).toBe('policy.database');
    },
  );

  test('a name that a person gives as the database is that target, with its kind and gates', async () => {
    const { cwd: here, env } = agent();
    const { title } = await run('migrate', { database: 'team', dryRun: true }, { cwd: here!, env: env! });
    expect(title).toBe('What would run on team');
  });

  test('the command line of an agent writes to no server', async () => {
    const env = { ...agent().env, CLAUDECODE: '1' };
    for (const input of [{ target: 'prod' }, { target: 'dev' }, { database: db.url }])
      expect(await refused('migrate', input, { cwd, env })).toBe('policy.person');
    expect(await db.value(`SELECT to_regclass('a') IS NULL`)).toBe(true);
  });

  test('a development database is written to after a person has confirmed exactly this', async () => {
    const input = { target: 'dev' };
    expect(await refused('migrate', input)).toBe('policy.confirm');
    expect(await refused('migrate', { database: 'dev' })).toBe('policy.confirm');
    const asked = await consentOf('migrate', input, agent());
    expect(asked!.says).toContain('1 statement on dev');
    expect(asked!.shown.join()).toContain('CREATE TABLE a');
    expect(await refused('migrate', input, agent({ confirmed: 'f'.repeat(64) }))).toBe('policy.confirm');

    writeFileSync(join(cwd, 'changes', '002_b.sql'), 'CREATE TABLE b (id bigint PRIMARY KEY);');
    expect(await refused('migrate', input, agent({ confirmed: asked!.hash }))).toBe('policy.confirm');
    expect(await db.value(`SELECT to_regclass('a') IS NULL`)).toBe(true);

    const again = await consentOf('migrate', input, agent());
    expect(again!.hash).not.toBe(asked!.hash);
    expect(await refused('migrate', input, agent({ confirmed: again!.hash }))).toBe('ran');
    expect(await db.value(`SELECT to_regclass('b') IS NOT NULL`)).toBe(true);
    // Replayed: nothing is open, and nothing runs that appears later.
    writeFileSync(join(cwd, 'changes', '003_c.sql'), 'CREATE TABLE c (id bigint PRIMARY KEY);');
    expect(await refused('migrate', input, agent({ confirmed: again!.hash }))).toBe('policy.confirm');
  });
});
