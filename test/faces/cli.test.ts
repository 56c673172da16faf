import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { codes } from '../../src/base/codes.ts';
import { version } from '../../src/base/version.ts';
import { all } from '../../src/commands/all.ts';
import { renderJson } from '../../src/render/json.ts';
import { gallery, proven } from '../render/gallery.ts';
import { call } from './call.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dbd-cli-'));
  writeFileSync(join(folder, 'failed.json'), renderJson(gallery));
  writeFileSync(join(folder, 'proven.json'), renderJson(proven));
  writeFileSync(join(folder, 'report.json'), renderJson(proven));
  writeFileSync(join(folder, 'wrong.json'), '{"schema": "other"}');
  writeFileSync(join(folder, 'broken.json'), '{');
});

describe('help', () => {
  it('shows every command and the exit codes on stdout', async () => {
    for (const words of [[], ['--help'], ['-h']]) {
      const { code, stdout, stderr } = await call(words);
      expect(code).toBe(0);
      expect(stderr).toBe('');
      for (const listed of all) expect(stdout).toContain(listed.summary);
    }
  });

  it('shows one command with its examples', async () => {
    const { code, stdout } = await call(['report', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('--format <choice>');
    expect(stdout).toContain('dbd report dbd-demo');
  });

  it('shows the commands of a group', async () => {
    const { code, stdout } = await call(['sandbox']);
    expect(code).toBe(0);
    expect(stdout).toContain('sandbox start');
  });

  it('explains error codes, exit codes and commands', async () => {
    expect((await call(['help', 'connect.refused'])).stdout).toContain(codes['connect.refused'].explain);
    expect((await call(['help', 'exit-codes'])).stdout).toMatch(/130\s+stopped by Ctrl-C/);
    expect((await call(['help', 'errors'])).stdout).toContain('task.two-blocks');
    expect((await call(['help', 'report'])).stdout).toContain('--out');
    expect((await call(['help', 'conect.refused'])).stderr).toContain('dbd help connect.refused');
  });

  it('prints the version', async () => {
    expect(await call(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});

describe('wrong calls end with 2, say what to do, and leave stdout empty', () => {
  it.each([
    [['reprot'], 'Did you mean `dbd report`?'],
    [['sandbox', 'strat'], 'Did you mean `dbd sandbox start`?'],
    [['report'], 'dbd report --help'],
    [['report', 'x', '--fromat', 'md'], 'Did you mean `--format`?'],
    [['report', 'x', '--format', 'pdf'], 'terminal, md, html, json'],
    [['report', 'x', '--format'], 'argument missing'],
    [['report', 'x', 'y'], 'fewer words'],
    [['report', 'nothing-here'], 'There is no report at'],
    [['report', 'x', '--', 'y'], 'nothing after `--`'],
    [['task', 'x.md', '--rows', 'many'], '20000, 20k or 1M'],
    [['--jsno'], 'dbd does not know `--jsno`'],
  ])('%j', async (words, says) => {
    const { code, stdout, stderr } = await call(words, { cwd: folder });
    expect(stderr).toContain(says);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('is the same in JSON, on stdout', async () => {
    const { code, stdout, stderr } = await call(['report', 'wrong.json', '--json'], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({
      schema: 'dbd.error/1',
      command: 'report',
      error: {
        code: 'report.invalid',
        message: expect.stringContaining('not a report of dbd'),
        hint: expect.any(String),
      },
    });
    expect((await call(['report', 'broken.json'], { cwd: folder })).stderr).toContain('is not JSON');
  });
});

describe('the result', () => {
  it('is on stdout, and the exit code follows the verdict', async () => {
    const good = await call(['report', 'proven.json'], { cwd: folder });
    expect(good).toMatchObject({ code: 0, stderr: '' });
    expect(good.stdout).toContain('✓ Proven  KAN-29 Dashboard analytics');
    const bad = await call(['report', 'failed.json'], { cwd: folder });
    expect(bad).toMatchObject({ code: 1, stderr: '' });
    expect(bad.stdout).toContain('✗ Failed');
  });

  it('is one envelope with --json', async () => {
    const { code, stdout } = await call(['report', 'failed.json', '--json'], { cwd: folder });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'dbd.result/1',
      verdict: 'failed',
      folder: 'dbd-demo',
      next: gallery.next,
      claims: gallery.claims,
      meta: gallery.meta,
    });
  });

  it('is found in a folder and drawn in every format', async () => {
    expect((await call(['report', '.', '--format', 'html'], { cwd: folder })).stdout).toMatch(
      /^<!doctype html>/,
    );
    expect((await call(['report', '.', '--format', 'md'], { cwd: folder })).stdout).toMatch(/^# KAN-29/);
    expect(JSON.parse((await call(['report', '.', '--format', 'json'], { cwd: folder })).stdout)).toEqual(
      proven,
    );
    expect((await call(['help', 'exit-codes', '--format', 'md'])).stdout).toContain('| Code | Meaning |');
  });

  it('is written to a file by its ending', async () => {
    const { code, stdout } = await call(['report', 'failed.json', '--out', 'comment.md'], { cwd: folder });
    expect(code).toBe(0);
    expect(stdout).toContain('comment.md');
    expect(readFileSync(join(folder, 'comment.md'), 'utf8')).toMatch(/^# KAN-29/);
    expect((await call(['report', 'failed.json', '--out', 'comment.pdf'], { cwd: folder })).code).toBe(2);
    expect((await call(['report', 'failed.json', '--out', 'no/such/folder.md'], { cwd: folder })).code).toBe(
      3,
    );
  });
});

describe('colours and characters', () => {
  it('are off in a pipe, on when forced, off again when refused', async () => {
    const words = ['report', 'proven.json'];
    expect((await call(words, { cwd: folder })).stdout).not.toContain('\u001B');
    expect((await call(words, { cwd: folder, env: { FORCE_COLOR: '1' } })).stdout).toContain('\u001B[32m');
    expect(
      (await call(words, { cwd: folder, env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).stdout,
    ).not.toContain('\u001B');
    expect(
      (await call([...words, '--no-color'], { cwd: folder, env: { FORCE_COLOR: '1' } })).stdout,
    ).not.toContain('\u001B');
  });

  it('are plain ASCII where the locale asks for it', async () => {
    const { stdout } = await call(['report', 'failed.json'], { cwd: folder, env: { LC_ALL: 'C' } });
    expect(stdout).toMatch(/^[\n\u0020-\u007E]*$/);
    expect(stdout).toContain('x Failed');
  });
});

describe('the process', () => {
  it('survives a reader that goes away', async () => {
    const { code, signal, stderr } = await call(['report', 'failed.json', '--format', 'html'], {
      cwd: folder,
      deaf: true,
    });
    expect({ code, signal, stderr }).toEqual({ code: 1, signal: null, stderr: '' });
  });

  it('takes a task file as the first word', async () => {
    writeFileSync(join(folder, 'EMPTY-1.md'), '');
    const { code, stdout } = await call(['EMPTY-1.md', '--json'], { cwd: folder });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ command: 'task', error: { code: 'task.empty' } });
    const piped = await call(['-', '--json'], { cwd: folder, stdin: '' });
    expect(JSON.parse(piped.stdout)).toMatchObject({ command: 'task', error: { code: 'task.empty' } });
  });

  it('reads no password out loud', async () => {
    const { stdout, stderr } = await call(
      ['task', 'x.md', '--current', 'postgres://me:s3cr3t-test-password@127.0.0.1:1/db', '--debug'],
      { cwd: folder },
    );
    expect(stdout + stderr).not.toContain('s3cr3t-test-password');
  });
});
