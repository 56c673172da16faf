import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { run } from '../../src/commands/run.ts';
import { isClean } from '../../src/report/build.ts';
import { check, clear, project, users, verdicts } from './ground.ts';

afterEach(clear);

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
      'migrations/002_b.sql': `COPY users (name) FROM PROGRAM 'touch ${join(at.folder, 'ran')}';\n`,
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
    expect(existsSync(join(at.folder, 'ran'))).toBe(false);
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
