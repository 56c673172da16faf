import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { scratch, taskOf } from '../deliver/delivery.ts';
import { cache, earlierResults, nothingLeft } from './refused.ts';

const bin = resolve('dist/bin.js');
const task = join(scratch(), 'task.md');
writeFileSync(
  task,
  taskOf(
    'entities:\n  E1 Note: { fields: { body: { type: text, required: true } } }\naccess:\n  Q1: { sql: SELECT body FROM notes WHERE id = :id, rate: 20/s, p95: 1 s }',
  ),
);
const migration = join(scratch(), 'long.sql');
writeFileSync(migration, 'CREATE TABLE a (id int PRIMARY KEY);\nSELECT pg_sleep(60);\n');

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a shell shows as `$?`: before our code runs, the system ends Node by the signal itself. */
function shellCode({ code, signal }: Ended): number | null {
  return signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : code;
}

/** Runs dbd over earlier results and sends it a signal so many milliseconds after it said the word. */
async function interrupted(
  words: readonly string[],
  send: NodeJS.Signals,
  after: { readonly word: string; readonly ms: number },
  times = 1,
): Promise<Ended> {
  const { out, intact } = earlierResults();
  const child = spawn(process.execPath, [bin, ...words, '--quick', '--rows', '600', '--out', out], {
    cwd: scratch(),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DBD_CACHE: cache().folder },
  });
  let [stdout, stderr] = ['', ''];
  let sent = false;
  const strike = async (): Promise<void> => {
    if (sent) return;
    sent = true;
    await setTimeout(after.ms);
    for (let n = 0; n < times; n += 1) {
      child.kill(send);
      await setTimeout(50);
    }
  };
  child.stdout.on('data', (text) => (stdout += String(text)));
  child.stderr.on('data', (text) => {
    stderr += String(text);
    if (stderr.includes(after.word)) void strike();
  });
  if (after.word === '') void strike();
  const ended = await new Promise<Ended>((done) => {
    child.on('close', (code, signal) => done({ code, signal, stdout, stderr }));
  });
  intact();
  await nothingLeft();
  return ended;
}

/** Words of the progress and milliseconds after them: from before the server starts to the last measurement. */
const moments: readonly (readonly [string, number])[] = [
  ['', 350],
  ['', 700],
  ['start a sandbox', 0],
  ['load the current structure', 5],
  ['design and plan', 0],
  ['apply the change to the twin', 10],
  ['fill the new tables', 0],
  ['choose indexes', 50],
  ['measure every access pattern', 100],
  ['rehearse in quiet', 0],
];

describe('a signal', { timeout: 60_000 }, () => {
  test.each(moments)('after `%s` and %d ms ends all, and the earlier results stay', async (word, ms) => {
    const send = ms % 100 === 0 ? 'SIGINT' : 'SIGTERM';
    const ended = await interrupted(['task', task], send, { word, ms });
    expect(shellCode(ended), ended.stderr).toBe(send === 'SIGINT' ? 130 : 143);
    expect(ended.stdout).toBe('');
    expect(ended.stderr).not.toMatch(/internal\.bug|unexpected|at file:/);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s during a long statement of a migration ends it', async (send, code) => {
    const ended = await interrupted(['rehearse', migration], send, { word: 'fill the twin', ms: 400 });
    expect(ended.code, ended.stderr).toBe(code);
  });

  test('twice ends the process at once; the server follows', async () => {
    const ended = await interrupted(['rehearse', migration], 'SIGINT', { word: 'fill the twin', ms: 400 }, 2);
    expect(ended.code, ended.stderr).toBe(130);
  });

  test('during a wrapped command ends the command, too', async () => {
    const pidFile = join(scratch(), 'pid');
    const script = `require('fs').writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); setInterval(() => {}, 1000);`;
    const { out, intact } = earlierResults();
    const child = spawn(
      process.execPath,
      [bin, 'rehearse', '--quick', '--out', out, '--', process.execPath, '-e', script],
      { cwd: scratch(), stdio: 'ignore', env: { ...process.env, DBD_CACHE: cache().folder } },
    );
    const ended = new Promise((done) => child.on('close', done));
    while (!existsSync(pidFile) || readFileSync(pidFile, 'utf8') === '') await setTimeout(20);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(() => process.kill(Number(readFileSync(pidFile, 'utf8')), 0)).toThrow('ESRCH');
    intact();
    await nothingLeft();
  });
});

test('SIGKILL leaves no server behind', { timeout: 60_000 }, async () => {
  const ended = await interrupted(['rehearse', migration], 'SIGKILL', { word: 'fill the twin', ms: 300 });
  expect(ended.signal).toBe('SIGKILL');
  expect(readdirSync(join(cache().folder, 'run'))).toEqual([]);
});
