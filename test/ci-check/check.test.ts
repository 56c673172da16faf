import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../src/commands/run.ts';
import { newKeys } from '../../src/evidence/keys.ts';
import { verifyEvidence } from '../../src/evidence/verify.ts';
import { isClean } from '../../src/report/build.ts';
import type { Report } from '../../src/report/model.ts';
import { scratch, type Scratch } from '../branch/ground.ts';

const open: Scratch[] = [];
afterEach(() => open.splice(0).forEach((one) => one.remove()));

const users =
  'CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);\n';
const flyway = 'src/main/resources/db/migration';

/** A repository whose base has one migration, with a branch `work` checked out. */
function project(files: Readonly<Record<string, string>> = { [`${flyway}/V1__users.sql`]: users }): Scratch {
  const made = scratch();
  open.push(made);
  made.commit('base', files);
  made.git('checkout', '--quiet', '-b', 'work');
  return made;
}

const check = (at: Scratch, more: object = {}, env: Readonly<Record<string, string>> = {}): Promise<Report> =>
  run(
    'ci',
    { base: 'main', quick: true, rows: 500, ...more },
    { cwd: at.folder, env: { ...process.env, ...at.env, ...env } },
  );

const found = ({ findings }: Report): readonly string[] =>
  findings.map(({ rule, span }) => `${rule} ${span?.file}:${span?.line}`);
const verdicts = ({ claims }: Report): Readonly<Record<string, string>> =>
  Object.fromEntries(claims.map(({ id, verdict }) => [id, verdict]));

describe('what a branch adds is rehearsed on the merge result', () => {
  it('a change that holds nobody up is clean', async () => {
    const at = project({
      [`${flyway}/V1__users.sql`]: users,
      'dbd.config.yaml': 'workload: app.queries.sql\n',
      'app.queries.sql':
        '-- name: user_by_id\n-- rate: 50/s\nSELECT id, name FROM users WHERE id = :id;\n\n-- name: rename\n-- rate: 5/s\nUPDATE users SET name = :name WHERE id = :id;\n',
    });
    at.commit('work', { [`${flyway}/V2__email.sql`]: 'ALTER TABLE users ADD COLUMN email text;\n' });
    const report = await check(at);
    expect(report.findings).toEqual([]);
    expect(Object.values(verdicts(report)).filter((one) => one !== 'proven')).toEqual([]);
    expect(isClean(report)).toBe(true);
    expect(report.output['rehearsed']).toMatchObject([
      { name: `${flyway}/V2__email.sql`, verdict: 'proven' },
    ]);
  });

  it('one that holds writers up is told at its line, in the transaction of its tool', async () => {
    const at = project();
    at.commit('work', {
      [`${flyway}/V2__email.sql`]:
        '-- who\r\nALTER TABLE users ADD COLUMN email text;\r\n\r\nCREATE INDEX users_name_idx\r\n  ON users (name);\r\n',
    });
    const report = await check(at);
    expect(found(report)).toContain(`full-scan-blocks-everyone ${flyway}/V2__email.sql:4`);
    expect(isClean(report)).toBe(false);
    at.commit('work', {
      [`${flyway}/V2__email.sql`]:
        'ALTER TABLE users ADD COLUMN email text;\nCREATE INDEX CONCURRENTLY users_name_idx ON users (name);\n',
    });
    const mixed = await check(at);
    expect(verdicts(mixed)[`${flyway}/V2__email.sql: runs`]).toBe('missed');
    expect(JSON.stringify(mixed.claims)).toContain('cannot run inside a transaction block');
  });

  it('what others have merged meanwhile counts, and the working tree does not', async () => {
    const at = project();
    at.commit('work', { [`${flyway}/V3__email.sql`]: 'ALTER TABLE users ADD COLUMN email text;\n' });
    at.git('checkout', '--quiet', 'main');
    at.commit('other', { [`${flyway}/V2__mail.sql`]: 'ALTER TABLE users ADD COLUMN email text;\n' });
    at.git('checkout', '--quiet', 'work');
    at.write({ [`${flyway}/V9__not_committed.sql`]: 'nonsense' });
    const before = at.git('status', '--porcelain');
    const report = await check(at);
    expect(verdicts(report)).toMatchObject({
      merge: 'proven',
      history: 'proven',
      [`${flyway}/V3__email.sql: runs`]: 'missed',
    });
    expect(JSON.stringify(report)).not.toContain('V9__');
    expect(at.git('status', '--porcelain')).toBe(before);
  });

  it('nothing to rehearse is clean, and says so', async () => {
    const at = project();
    at.commit('work', { 'README.md': 'hello' });
    const report = await check(at);
    expect(report.headline).toBe('No migration is added or altered by this branch.');
    expect(isClean(report)).toBe(true);
  });

  it('a conflict is told, and nothing is rehearsed', async () => {
    const at = project();
    at.commit('work', { [`${flyway}/V1__users.sql`]: `${users}-- one\n` });
    at.git('checkout', '--quiet', 'main');
    at.commit('other', { [`${flyway}/V1__users.sql`]: `${users}-- two\n` });
    const report = await check(at, { head: 'work' });
    expect(found(report)).toEqual([`merge-conflict ${flyway}/V1__users.sql:1`]);
    expect(verdicts(report)).toEqual({ merge: 'missed' });
  });
});

describe('history', () => {
  it('edited, deleted and renamed migrations of the base', async () => {
    const at = project({
      [`${flyway}/V1__users.sql`]: users,
      [`${flyway}/V2__b.sql`]: 'SELECT 2;\n',
      [`${flyway}/V3__c.sql`]: 'SELECT 3;\n',
      [`${flyway}/V4__d.sql`]: 'SELECT 4;\n',
      [`${flyway}/R__view.sql`]: 'CREATE OR REPLACE VIEW v AS SELECT id FROM users;\n',
    });
    rmSync(join(at.folder, flyway, 'V3__c.sql'));
    rmSync(join(at.folder, flyway, 'V4__d.sql'));
    at.commit('work', {
      [`${flyway}/V1__users.sql`]: users.replaceAll('\n', '\r\n'),
      [`${flyway}/V2__b.sql`]: 'SELECT 22;\n',
      [`${flyway}/V4__dd.sql`]: 'SELECT 4;\n',
      [`${flyway}/R__view.sql`]: 'CREATE OR REPLACE VIEW v AS SELECT id, name FROM users;\n',
    });
    const report = await check(at);
    expect(found(report).toSorted()).toEqual([
      `migration-deleted ${flyway}/V3__c.sql:1`,
      `migration-edited ${flyway}/V2__b.sql:1`,
      `migration-renamed ${flyway}/V4__dd.sql:1`,
    ]);
    expect(report.output['rehearsed']).toMatchObject([
      { files: expect.arrayContaining([`${flyway}/R__view.sql`]) },
    ]);
  });

  it('two branches with the same version, and one that comes too late', async () => {
    const at = project();
    at.commit('work', { [`${flyway}/V02__mine.sql`]: 'ALTER TABLE users ADD COLUMN mine text;\n' });
    at.git('checkout', '--quiet', 'main');
    at.commit('other', { [`${flyway}/V2__theirs.sql`]: 'ALTER TABLE users ADD COLUMN theirs text;\n' });
    const taken = await check(at, { head: 'work' });
    expect(found(taken)).toEqual([`version-taken ${flyway}/V02__mine.sql:1`]);
    expect(verdicts(taken)['history']).toBe('missed');
    at.commit('later', { [`${flyway}/V10__later.sql`]: 'ALTER TABLE users ADD COLUMN later text;\n' });
    at.git('checkout', '--quiet', 'work');
    at.git('mv', `${flyway}/V02__mine.sql`, `${flyway}/V3__mine.sql`);
    at.commit('renumbered');
    expect(found(await check(at))).toEqual([`migration-out-of-order ${flyway}/V3__mine.sql:1`]);
    at.git('mv', `${flyway}/V3__mine.sql`, `${flyway}/V11__mine.sql`);
    at.commit('renumbered');
    expect(found(await check(at))).toEqual([]);
  });
});

describe('change folders', () => {
  const folder = 'changes/20261121T0900-email';
  const change = {
    [`${folder}/up/01-expand.sql`]: 'ALTER TABLE users ADD COLUMN email text;\n',
    [`${folder}/down/01-expand.sql`]: 'ALTER TABLE users DROP COLUMN email;\n',
    [`${folder}/report.html`]: '<p>anything</p>\n',
  };
  const base = {
    'changes/20261101T0900-users/up/01-expand.sql': users,
    'changes/20261101T0900-users/down/01-expand.sql': 'DROP TABLE users;\n',
  };
  let keys: string;
  beforeAll(() => {
    keys = mkdtempSync(join(tmpdir(), 'dbd-keys-'));
  });
  afterAll(() => rmSync(keys, { recursive: true }));

  it('are rehearsed and signed: the evidence holds for the files of the merge result', async () => {
    const at = project(base);
    at.commit('work', change);
    const { privatePem, publicPem } = newKeys();
    const report = await check(at, { out: 'out', signKeyEnv: 'KEY' }, { KEY: privatePem });
    expect(report.output['signed']).toEqual([{ change: folder, signed: true }]);
    const evidence = readFileSync(join(at.folder, 'out/evidence', folder, 'evidence.json'), 'utf8');
    expect(readdirSync(join(at.folder, folder)).toSorted()).toEqual(['down', 'report.html', 'up']);
    writeFileSync(join(at.folder, folder, 'evidence.json'), evidence);
    const trusted = [{ name: 'ci', pem: publicPem }];
    expect((await verifyEvidence(join(at.folder, folder), trusted)).accepted).toBe(true);
    writeFileSync(join(at.folder, folder, 'up/01-expand.sql'), 'ALTER TABLE users ADD COLUMN mail text;\n');
    expect((await verifyEvidence(join(at.folder, folder), trusted)).accepted).toBe(false);
    expect(JSON.stringify(readdirSync(join(at.folder, 'out')).toSorted())).toBe(
      JSON.stringify([
        'annotations.txt',
        'evidence',
        'gl-code-quality-report.json',
        'note.md',
        'report.html',
        'report.json',
        'report.md',
        'results.sarif',
        'summary.md',
      ]),
    );
    for (const name of ['report.json', 'summary.md', 'report.html'])
      expect(readFileSync(join(at.folder, 'out', name), 'utf8')).not.toContain('PRIVATE');
  });

  it('are not signed without a key, nor when they failed, nor with links inside', async () => {
    const at = project(base);
    at.commit('work', {
      ...change,
      [`${folder}/up/01-expand.sql`]: 'ALTER TABLE nobody ADD COLUMN email text;\n',
    });
    const { privatePem } = newKeys();
    const failed = await check(at, { signKeyEnv: 'KEY' }, { KEY: privatePem });
    expect(failed.output['signed']).toMatchObject([{ because: expect.stringContaining('failed') }]);
    const strange = await check(at, { signKeyEnv: 'KEY' });
    expect(strange.output['signed']).toMatchObject([{ because: expect.stringContaining('forks') }]);
    writeFileSync(join(at.folder, 'key'), privatePem);
    await expect(check(at, { signKey: 'key' })).rejects.toMatchObject({ code: 'evidence.key' });
    await expect(check(at, { signKeyEnv: 'KEY', allowCode: true })).rejects.toMatchObject({
      code: 'usage.wrong-option',
    });
  });
});

describe('a stranger’s branch runs nothing', () => {
  it('programs are not rehearsed without --allow-code, and that is not clean', async () => {
    const at = project({ 'package.json': '{"dependencies":{"knex":"3"}}', 'migrations/1_a.sql': users });
    at.commit('work', {
      'migrations/2_b.js': `require('fs').writeFileSync(${JSON.stringify(join(at.folder, 'ran'))}, '');exports.up = (knex) => knex.raw('SELECT 1');`,
    });
    const report = await check(at);
    expect(verdicts(report)['migrations/2_b.js: rehearsed']).toBe('not-proven');
    expect(report.claims.at(-1)!.because).toContain('--allow-code');
    expect(isClean(report)).toBe(false);
    await expect(check(at, { command: ['node', 'x'] })).rejects.toMatchObject({ code: 'usage.wrong-option' });
    expect(existsSync(join(at.folder, 'ran'))).toBe(false);
  });

  it('with it they run on the merge result', async () => {
    const at = project({ 'migrations/1_a.js': '' });
    at.commit('work', {
      '.gitignore': 'node_modules\n',
      'migrations/2_b.js': 'x',
      'migrate.mjs': `import { readdirSync } from 'node:fs';
import pg from 'pg';
const client = new pg.Client(process.env.DATABASE_URL);
await client.connect();
await client.query('CREATE TABLE a (id int PRIMARY KEY)');
await client.query('ALTER TABLE a ADD COLUMN b int');
await client.end();
console.log(readdirSync('migrations').join(), 'in', process.cwd());`,
    });
    symlinkSync(join(import.meta.dirname, '../../node_modules'), join(at.folder, 'node_modules'));
    const report = await check(at, { allowCode: true, command: ['node', 'migrate.mjs'] });
    expect(verdicts(report)['migrations/2_b.js: runs']).toBe('proven');
    expect(JSON.stringify(report.blocks)).toContain('1_a.js,2_b.js in the merge result');
  });

  it('its configuration, links and odd paths count for nothing', async () => {
    const at = project({ 'migrations/001_a.sql': users, 'dbd.config.yaml': 'current: none\n' });
    const secret = join(at.folder, '../secret.sql');
    writeFileSync(secret, 'SELECT 1;\n');
    at.commit('work', {
      'dbd.config.yaml': 'current: postgres://u:${TOKEN}@127.0.0.1:1/x\nsandbox: ./bin\n',
      'migrations/002_b.sql': "COPY users (name) FROM PROGRAM 'touch /tmp/dbd-ci-ran';\n",
    });
    at.git(
      'update-index',
      '--add',
      '--cacheinfo',
      `120000,${at.git('hash-object', '-w', '--', 'migrations/001_a.sql')},migrations/003_c.sql`,
    );
    at.git('commit', '--quiet', '-m', 'link');
    const report = await check(at, {}, { TOKEN: 'hidden-token' });
    expect(verdicts(report)).toMatchObject({ history: 'proven', 'migrations/002_b.sql: runs': 'missed' });
    expect(JSON.stringify(report)).not.toContain('hidden-token');
    expect(report.meta.limits).toContain('migrations/003_c.sql is a link or a submodule; it was left out.');
    expect(existsSync('/tmp/dbd-ci-ran')).toBe(false);
  });
});

describe('what is asked wrongly', () => {
  it('revisions, repositories and folders', async () => {
    const at = project();
    for (const base of ['origin/main', '--upload-pack=x', '', 'main..work', 'HEAD:README'])
      await expect(check(at, { base }), base).rejects.toMatchObject({ code: 'git.revision' });
    await expect(check(at, { changes: ['../x'] })).rejects.toMatchObject({ code: 'usage.wrong-option' });
    at.git('checkout', '--quiet', '--orphan', 'alone');
    at.commit('alone');
    await expect(check(at)).rejects.toMatchObject({
      code: 'git.revision',
      message: expect.stringContaining('common history'),
    });
    const outside = mkdtempSync(join(tmpdir(), 'dbd-none-'));
    mkdirSync(join(outside, 'a'));
    await expect(run('ci', { base: 'main' }, { cwd: outside, env: at.env })).rejects.toMatchObject({
      code: 'git.repository',
    });
    rmSync(outside, { recursive: true });
  });
});
