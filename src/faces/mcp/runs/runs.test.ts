import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fail } from '../../../base/error.ts';
import { command, type Command, type Context } from '../../../commands/command.ts';
import { report } from '../../../report/build.ts';
import type { Report } from '../../../report/model.ts';
import { identify, identityWord } from '../../../sandbox/process.ts';
import type { Call } from '../call.ts';
import { answerRun, isLong, runsEnded, type Answer } from './runs.ts';

const cache = mkdtempSync(join(tmpdir(), 'dbd-runs-'));
afterAll(() => rmSync(cache, { recursive: true, force: true }));

let cwd = '';
let began = 0;
let open: () => void = () => undefined;
let opened: Promise<void>;

beforeEach(() => {
  cwd = mkdtempSync(join(cache, 'project-'));
  writeFileSync(join(cwd, 'task.md'), '# A task\n');
  began = 0;
  opened = new Promise((resolve) => (open = resolve));
});

/** A command of that name that waits for {@link open}, and ends early with its signal. */
const waiting = (name: string, end: () => Report | never = () => done()): Command =>
  command({
    name,
    summary: 'A command that waits',
    input: z.object({ task: z.string() }),
    output: z.looseObject({}),
    faces: ['mcp'],
    effects: () => ['reads'],
    examples: [],
    run: async (_input, { emit, signal }: Context) => {
      began += 1;
      emit({ kind: 'note', text: `beginning number ${began}` });
      await Promise.race([
        opened,
        new Promise<never>((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true });
        }),
      ]);
      return end();
    },
  });

const done = (): Report =>
  report({
    command: 'task',
    title: 'A task',
    headline: `Number ${began} is done.`,
    started: performance.now(),
  });

interface Asked {
  readonly answer: Promise<Answer>;
  readonly client: AbortController;
  readonly heard: string[];
}

const ask = (
  asked: Command,
  wait = 20,
  input: Record<string, unknown> = { task: 'task.md' },
  closing = new AbortController(),
): Asked => {
  const client = new AbortController();
  const heard: string[] = [];
  const call: Call = {
    cwd,
    env: { DBD_CACHE: cache, DBD_MCP_WAIT: String(wait), PATH: process.env['PATH'] },
    closing: closing.signal,
    agent: 'a test',
    emit: (event) => heard.push(JSON.stringify(event)),
    signal: AbortSignal.any([client.signal, closing.signal]),
  };
  return { answer: answerRun(asked, input, call), client, heard };
};

const headlineOf = (answer: Answer): string =>
  answer.kind === 'finished' ? answer.report.headline : answer.kind;
const begun = async (count = 1): Promise<void> => {
  for (let turn = 0; began < count && turn < 200; turn += 1) await sleep(20);
  expect(began).toBe(count);
};

describe('a long call', () => {
  it('answers that it runs, goes on, and gives its result to the same call later', async () => {
    const task = waiting('task');
    const first = await ask(task, 0.2).answer;
    expect(first).toMatchObject({ kind: 'running', sofar: ['beginning number 1'] });
    open();
    await runsEnded();
    const second = await ask(task).answer;
    expect(second).toMatchObject({ kind: 'finished', id: first.id, again: true });
    expect(headlineOf(await ask(task).answer)).toBe('Number 1 is done.');
    expect(began).toBe(1);
  });

  it('runs once for two clients at once, and both hear of its progress', async () => {
    const task = waiting('task');
    const one = ask(task);
    await begun();
    const other = ask(task);
    await sleep(100);
    open();
    expect(headlineOf(await one.answer)).toBe('Number 1 is done.');
    expect(headlineOf(await other.answer)).toBe('Number 1 is done.');
    expect(one.heard).toHaveLength(1);
    expect(began).toBe(1);
  });

  it('is another run when the file was edited', async () => {
    open();
    const task = waiting('task');
    expect(headlineOf(await ask(task).answer)).toBe('Number 1 is done.');
    writeFileSync(join(cwd, 'task.md'), '# Another task\n');
    expect(headlineOf(await ask(task).answer)).toBe('Number 2 is done.');
  });

  it('leaves its folder to this user alone', async () => {
    open();
    const { id } = await ask(waiting('task')).answer;
    const folder = join(cache, 'asked', id);
    for (const path of [join(cache, 'asked'), folder]) expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder).toSorted((a, b) => a.localeCompare(b))).toEqual([
      'events',
      'owner',
      'report.json',
      'request.json',
    ]);
  });

  it('is not one when a person confirmed it, or when it is short', () => {
    expect(isLong(waiting('task'), {})).toBe(true);
    expect(isLong(waiting('task'), { confirmed: 'a hash' })).toBe(false);
    for (const name of ['migrate', 'publish', 'query', 'schema', 'report', 'doctor'])
      expect(isLong(waiting(name), {})).toBe(false);
  });
});

describe('a client that', () => {
  it.each([
    ['vanishes', new Error('Connection closed')],
    ['gives up by its own clock', 'McpError: MCP error -32001: Request timed out'],
  ])('%s does not end the run', async (_name, reason) => {
    const task = waiting('task');
    const gone = ask(task);
    await begun();
    gone.client.abort(reason);
    expect((await gone.answer).kind).toBe('running');
    open();
    expect(headlineOf(await ask(task).answer)).toBe('Number 1 is done.');
    expect(began).toBe(1);
  });

  it('cancels ends it, and the next call begins anew', async () => {
    const task = waiting('task');
    const gone = ask(task);
    await begun();
    gone.client.abort('the user pressed escape');
    await expect(gone.answer).rejects.toThrow('stopped');
    open();
    expect(headlineOf(await ask(task).answer)).toBe('Number 2 is done.');
  });

  it('cancels does not end it for another one', async () => {
    const task = waiting('task');
    const gone = ask(task);
    await begun();
    const other = ask(task);
    await sleep(100);
    gone.client.abort('the user pressed escape');
    expect((await gone.answer).kind).toBe('running');
    open();
    expect(headlineOf(await other.answer)).toBe('Number 1 is done.');
  });

  it('is there while the server ends sees the run cleaned up, and nothing is kept', async () => {
    const closing = new AbortController();
    const task = waiting('task');
    const asked = ask(task, 20, { task: 'task.md' }, closing);
    await begun();
    closing.abort();
    await expect(asked.answer).rejects.toThrow('stopped');
    open();
    expect(headlineOf(await ask(task).answer)).toBe('Number 2 is done.');
  });
});

describe('what comes of a run', () => {
  const failing = (): Command =>
    waiting('task', () => fail('file.missing', `Number ${began} misses a file.`, { hint: 'Give one.' }));

  it('is a failure that is told at once, and forgotten', async () => {
    open();
    await expect(ask(failing()).answer).rejects.toMatchObject({ code: 'file.missing', hint: 'Give one.' });
    await expect(ask(failing()).answer).rejects.toThrow('Number 2');
  });

  it('is a failure that nobody heard of, which the next call is told once', async () => {
    const task = failing();
    expect((await ask(task, 0.2).answer).kind).toBe('running');
    open();
    await runsEnded().catch(() => undefined);
    await expect(ask(task).answer).rejects.toMatchObject({
      code: 'file.missing',
      message: 'Number 1 misses a file.',
    });
    await expect(ask(task).answer).rejects.toThrow('Number 2');
  });

  it('is told once where it rests on something that the id does not cover', async () => {
    const issue = { task: 'KAN-29' };
    const task = waiting('task');
    expect((await ask(task, 0.2, issue).answer).kind).toBe('running');
    open();
    await runsEnded();
    expect(headlineOf(await ask(task, 20, issue).answer)).toBe('Number 1 is done.');
    expect(headlineOf(await ask(task, 20, issue).answer)).toBe('Number 2 is done.');
  });

  it('is made anew where the files that it wrote are gone', async () => {
    open();
    const task = waiting('task', () => ({ ...done(), output: { folder: 'out', files: ['a.sql'] } }));
    expect(headlineOf(await ask(task).answer)).toBe('Number 1 is done.');
    expect(headlineOf(await ask(task).answer)).toBe('Number 2 is done.');
  });
});

describe('a run of another process', () => {
  const plant = async (id: string, owner: string): Promise<void> => {
    mkdirSync(join(cache, 'asked', id), { recursive: true, mode: 0o700 });
    writeFileSync(join(cache, 'asked', id, 'owner'), owner);
  };

  it('that died begins anew, and says so', async () => {
    open();
    const { id } = await ask(waiting('task')).answer;
    rmSync(join(cache, 'asked', id), { recursive: true });
    await plant(id, `${identityWord({ ...identify(process.pid)!, pid: 4_194_303 })} feed`);
    writeFileSync(join(cache, 'asked', id, 'report.json.1234.part'), '{"schema":"dbd.rep');
    const answer = await ask(waiting('task')).answer;
    expect(headlineOf(answer)).toBe('Number 2 is done.');
    expect(answer.notes.join()).toContain('began anew');
  });

  it('is waited for, and its result is taken', async () => {
    open();
    const { id, ...first } = await ask(waiting('task')).answer;
    const owner = `${identityWord(identify(process.ppid)!)} feed`;
    rmSync(join(cache, 'asked', id), { recursive: true });
    await plant(id, owner);
    expect((await ask(waiting('task'), 0.3).answer).kind).toBe('running');
    const later = ask(waiting('task'));
    await sleep(300);
    writeFileSync(
      join(cache, 'asked', id, 'report.json'),
      JSON.stringify('report' in first ? first.report : undefined),
    );
    expect(headlineOf(await later.answer)).toBe('Number 1 is done.');
    expect(began).toBe(1);
  });
});
