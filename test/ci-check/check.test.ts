import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { newKeys } from '../../src/evidence/keys.ts';
import { verifyEvidence } from '../../src/evidence/verify.ts';
import { isClean } from '../../src/report/build.ts';
import { check, clear, flyway, found, project, users, verdicts } from './ground.ts';

afterEach(clear);

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
    expect(JSON.stringify(report)).not.toContain(tmpdir());
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
    // Scans are read from a server's own log, which only a server of ours hands out.
    const report = await check(at, { sandbox: undefined });
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

  it('two branches with the same version', async () => {
    const at = project();
    at.commit('work', { [`${flyway}/V02__mine.sql`]: 'ALTER TABLE users ADD COLUMN mine text;\n' });
    at.git('checkout', '--quiet', 'main');
    at.commit('other', { [`${flyway}/V2__theirs.sql`]: 'ALTER TABLE users ADD COLUMN theirs text;\n' });
    const taken = await check(at, { head: 'work' });
    expect(found(taken)).toEqual([`version-taken ${flyway}/V02__mine.sql:1`]);
    expect(verdicts(taken)['history']).toBe('missed');
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
