import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { prepareBranch, taskOnBranch } from '../../src/deliver/branch/branch.ts';
import { branchFor } from '../../src/deliver/branch/name.ts';
import { report } from '../../src/report/build.ts';
import type { Report } from '../../src/report/model.ts';
import { scratch, type Scratch } from './ground.ts';

const open: Scratch[] = [];
afterEach(() => open.splice(0).forEach((one) => one.remove()));

function repository(options?: Parameters<typeof scratch>[0]): Scratch {
  const made = scratch(options);
  open.push(made);
  return made;
}

const files = {
  'up/01-expand.sql': 'ALTER TABLE users ADD COLUMN email text;\n',
  'down/01-expand.sql': 'ALTER TABLE users DROP COLUMN email;\n',
  'report.json': '{}\n',
};

/** A folder of results as a task writes it, with its report. */
function delivered(at: Scratch, folder = 'dbd-KAN-29', more: Readonly<Record<string, string>> = {}): Report {
  const all = { ...files, ...more };
  at.write(Object.fromEntries(Object.entries(all).map(([path, text]) => [`${folder}/${path}`, text])));
  return report({
    command: 'task',
    title: 'KAN-29 Users have an address',
    headline: 'All 1 claims are proven.',
    started: performance.now(),
    output: { task: 'KAN-29', folder: join(at.folder, folder), files: Object.keys(all), change: 'c0ffee' },
  });
}

const onBranch = async (at: Scratch, made: Report, branch?: string): Promise<Report> =>
  taskOnBranch(made, await prepareBranch(at.folder, branch, at.env));

describe('a branch of a task', () => {
  it('holds the folder alone, and leaves index, working tree and branch as they were', async () => {
    const at = repository();
    const first = at.commit('first', { 'a.txt': 'a\n', 'b.txt': 'b\n' });
    at.write({ 'a.txt': 'changed\n', 'new.txt': 'not tracked\n' });
    at.write({ 'b.txt': 'staged\n' });
    at.git('add', 'b.txt');
    const made = delivered(at, 'changes/KAN-29', { 'note of the user.txt': 'x' });
    const kept = { ...made, output: { ...made.output, files: Object.keys(files) } };
    const before = {
      index: readFileSync(join(at.folder, '.git/index')),
      status: at.git('status', '--porcelain'),
    };
    const done = await onBranch(at, kept);
    expect(done.output).toMatchObject({ branch: 'dbd/KAN-29' });
    expect(readFileSync(join(at.folder, '.git/index')).equals(before.index)).toBe(true);
    expect(at.git('status', '--porcelain')).toBe(before.status);
    expect(at.git('symbolic-ref', 'HEAD')).toBe('refs/heads/main');
    expect(at.git('rev-parse', 'dbd/KAN-29^')).toBe(first);
    expect(at.git('diff', '--name-only', 'main', 'dbd/KAN-29').split('\n')).toEqual([
      'changes/KAN-29/down/01-expand.sql',
      'changes/KAN-29/pull-request.md',
      'changes/KAN-29/report.json',
      'changes/KAN-29/up/01-expand.sql',
    ]);
    expect(at.git('show', 'dbd/KAN-29:changes/KAN-29/up/01-expand.sql')).toBe(
      files['up/01-expand.sql'].trim(),
    );
    expect(at.git('log', '-1', '--format=%an <%ae>|%s', 'dbd/KAN-29')).toBe(
      'Ada Lovelace <ada@example.org>|KAN-29 Users have an address',
    );
    expect(at.git('branch', '--remotes')).toBe('');
    expect(done.next.map(({ command }) => command)).toContain('git push -u origin dbd/KAN-29');
  });

  it('drops what an earlier run has left in up and down, and nothing else', async () => {
    const at = repository();
    at.commit('first', {
      'dbd-KAN-29/up/03-contract.sql': 'old',
      'dbd-KAN-29/notes.md': 'mine',
      'dbd-KAN-290/up/01-expand.sql': 'other',
    });
    await onBranch(at, delivered(at));
    expect(
      at.git('diff', '--name-status', 'main', 'dbd/KAN-29', '--', 'dbd-KAN-290', 'dbd-KAN-29/notes.md'),
    ).toBe('');
    expect(at.git('diff', '--name-only', '--diff-filter=D', 'main', 'dbd/KAN-29')).toBe(
      'dbd-KAN-29/up/03-contract.sql',
    );
  });

  it('that is there already is left alone: the same is unchanged, another one refused', async () => {
    const at = repository();
    at.commit('first');
    const made = delivered(at);
    const first = await onBranch(at, made);
    const again = await onBranch(at, made);
    expect(again.output).toMatchObject({ commit: first.output['commit'], unchanged: true });
    at.write({ 'dbd-KAN-29/report.json': '{ "later": true }\n' });
    await expect(onBranch(at, made)).rejects.toMatchObject({
      code: 'git.branch',
      message: expect.stringContaining('another measurement of the same change'),
    });
    at.write({ 'dbd-KAN-29/up/01-expand.sql': 'ALTER TABLE users ADD COLUMN mail text;\n' });
    await expect(onBranch(at, made)).rejects.toMatchObject({
      message: expect.stringContaining('not the same'),
    });
    expect(at.git('rev-parse', 'dbd/KAN-29')).toBe(first.output['commit']);
    at.git('branch', 'team');
    await expect(onBranch(at, made, 'team/one')).rejects.toMatchObject({ code: 'git.branch' });
  });

  it('is made from a detached HEAD, from a worktree and within a submodule', async () => {
    const at = repository();
    const first = at.commit('first');
    at.git('checkout', '--quiet', '--detach');
    const done = await onBranch(at, delivered(at));
    expect(JSON.stringify(done.blocks)).toContain(`no branch, at ${first.slice(0, 12)}`);

    at.git('worktree', 'add', '--quiet', '-b', 'side', join(at.folder, '../side'));
    const side = { ...at, folder: join(at.folder, '../side') };
    mkdirSync(join(side.folder, 'dbd-KAN-29/up'), { recursive: true });
    writeFileSync(join(side.folder, 'dbd-KAN-29/up/01-expand.sql'), 'SELECT 1;\n');
    const made = delivered(at);
    await taskOnBranch(
      {
        ...made,
        output: { ...made.output, folder: join(side.folder, 'dbd-KAN-29'), files: ['up/01-expand.sql'] },
      },
      await prepareBranch(side.folder, 'from-side', at.env),
    );
    expect(at.git('diff', '--name-only', 'side', 'from-side').split('\n')).toHaveLength(2);

    const outer = repository();
    outer.commit('outer');
    outer.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', at.folder, 'inner');
    const inner: Scratch = {
      ...outer,
      folder: join(outer.folder, 'inner'),
      git: (...words) => outer.git('-C', 'inner', ...words),
    };
    inner.git('config', 'user.name', 'Ada Lovelace');
    inner.git('config', 'user.email', 'ada@example.org');
    outer.write({ 'inner/dbd-KAN-29/up/01-expand.sql': 'SELECT 1;\n' });
    await taskOnBranch(
      {
        ...made,
        output: { ...made.output, folder: join(inner.folder, 'dbd-KAN-29'), files: ['up/01-expand.sql'] },
      },
      await prepareBranch(inner.folder, 'within', outer.env),
    );
    expect(inner.git('rev-parse', '--verify', 'within')).toMatch(/^[0-9a-f]{40}$/);
    expect(outer.git('branch', '--list', 'within')).toBe('');
  });

  it('runs no hook, and signs as the configuration asks', async () => {
    const at = repository();
    at.commit('first');
    const hooks = join(at.folder, '.git/hooks');
    mkdirSync(hooks, { recursive: true });
    for (const name of ['pre-commit', 'commit-msg', 'reference-transaction', 'post-commit']) {
      writeFileSync(join(hooks, name), `#!/bin/sh\ntouch "${at.folder}/ran"\nexit 1\n`);
      chmodSync(join(hooks, name), 0o755);
    }
    await onBranch(at, delivered(at));
    expect(existsSync(join(at.folder, 'ran'))).toBe(false);
    const key = join(at.folder, '../key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    at.git('config', 'gpg.format', 'ssh');
    at.git('config', 'user.signingKey', `${key}.pub`);
    at.git('config', 'commit.gpgSign', 'true');
    const signed = await onBranch(at, delivered(at), 'signed');
    expect(at.git('cat-file', 'commit', 'signed')).toContain('-----BEGIN SSH SIGNATURE-----');
    expect(JSON.stringify(signed.blocks)).toContain('as commit.gpgSign asks');
    rmSync(key);
    rmSync(`${key}.pub`);
    await expect(onBranch(at, delivered(at), 'unsigned')).rejects.toMatchObject({ code: 'git.failed' });
    expect(at.git('branch', '--list', 'unsigned')).toBe('');
  });

  it('leaves out what git ignores, and says so', async () => {
    const at = repository();
    at.commit('first', { '.gitignore': '*.json\n' });
    const done = await onBranch(at, delivered(at));
    expect(done.meta.limits).toEqual(['git ignores 1 file, not committed: report.json']);
    at.commit('all', { '.gitignore': 'dbd-*\n' });
    await expect(onBranch(at, delivered(at), 'other')).rejects.toMatchObject({ code: 'git.repository' });
  });

  it('is not made for questions', async () => {
    const at = repository();
    at.commit('first');
    const asked = report({ command: 'task', title: 't', headline: 'Two questions.', started: 0 });
    expect((await onBranch(at, asked)).meta.limits).toEqual(['No branch was made: there is no change yet.']);
  });
});

describe('what cannot hold a branch is refused before any work', () => {
  it('no repository, a bare one, no commit, no identity, no git', async () => {
    const at = repository({ identity: false });
    await expect(prepareBranch(join(at.folder, '..'), undefined, at.env)).rejects.toMatchObject({
      code: 'git.repository',
    });
    await expect(prepareBranch(at.folder, undefined, at.env)).rejects.toMatchObject({
      code: 'git.repository',
      message: expect.stringContaining('no commit'),
    });
    const bare = repository({ bare: true });
    await expect(prepareBranch(bare.folder, undefined, bare.env)).rejects.toMatchObject({
      message: expect.stringContaining('bare'),
    });
    const person = {
      GIT_AUTHOR_NAME: 'B',
      GIT_AUTHOR_EMAIL: 'b@example.org',
      GIT_COMMITTER_NAME: 'B',
      GIT_COMMITTER_EMAIL: 'b@example.org',
    };
    at.git('-c', 'user.name=x', '-c', 'user.email=x@y', 'commit', '--quiet', '--allow-empty', '-m', 'first');
    await expect(prepareBranch(at.folder, undefined, at.env)).rejects.toMatchObject({ code: 'git.identity' });
    expect((await prepareBranch(at.folder, undefined, { ...at.env, ...person })).author).toBe(
      'B <b@example.org>',
    );
    await expect(prepareBranch(at.folder, undefined, { ...at.env, PATH: '/nowhere' })).rejects.toMatchObject({
      code: 'git.missing',
    });
  });

  it('a repository that cannot be written', async () => {
    const at = repository();
    at.commit('first');
    rmSync(join(at.folder, '.git/objects/e6'), { recursive: true, force: true });
    writeFileSync(join(at.folder, '.git/objects/e6'), 'no folder');
    await expect(prepareBranch(at.folder, undefined, at.env)).rejects.toMatchObject({ code: 'git.failed' });
  });

  it('names that git does not take', async () => {
    const at = repository();
    at.commit('first');
    for (const name of [
      '-d',
      '--force',
      'HEAD',
      'refs/heads/x',
      'a..b',
      'a b',
      'a~1',
      'x.lock',
      '@{-1}',
      'a\nb',
      'a:b',
      'x'.repeat(300),
      '/a',
      'a//b',
    ])
      await expect(prepareBranch(at.folder, name, at.env), name).rejects.toMatchObject({
        code: 'git.branch',
      });
  });

  it('a folder outside of the work tree, also through a link', async () => {
    const at = repository();
    at.commit('first');
    const made = delivered(at);
    mkdirSync(join(at.folder, '../outside'));
    symlinkSync(join(at.folder, '../outside'), join(at.folder, 'link'));
    for (const folder of [join(at.folder, '../outside'), join(at.folder, 'link'), at.folder])
      await expect(onBranch(at, { ...made, output: { ...made.output, folder } })).rejects.toMatchObject({
        code: 'git.repository',
      });
  });
});

it('names of tasks become names of branches, whatever they hold', async () => {
  const at = repository();
  at.commit('first');
  for (const task of [
    'KAN-29',
    '-x',
    '../../etc',
    'a..b.lock',
    '$(reboot)',
    '"; rm -rf /',
    '日本語 🙂',
    '@{u}',
    '',
    '.',
    'x'.repeat(500),
  ])
    await expect(prepareBranch(at.folder, branchFor(task), at.env), task).resolves.toBeDefined();
  expect(branchFor('KAN-29')).toBe('dbd/KAN-29');
  expect(branchFor('$(reboot)')).toBe('dbd/reboot');
});
