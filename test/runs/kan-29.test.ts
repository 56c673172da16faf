/** The example KAN-29 as an agent does it, with a server that is killed twice: while it runs, and when its result is there. */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/model.ts';
import { agent, ownCache, tokensOf, type Agent, type Said } from './agent.ts';

const call = { task: 'KAN-29.md', quick: true } as const;
const cache = ownCache();
let cwd = '';
let client: Agent;
let answer: Said;
let again: Said;
/** What the killed server left of its run. */
let left: readonly string[] = [];
let failure: unknown;
let spent = { calls: 0, tokens: 0 };
/** Answers that the run is still at work, each after {@link waitSeconds}. */
let waits = 0;
const waitSeconds = 5;
/** How long an agent waits for one answer when nothing is set. */
const usualSeconds = 45;
const read: Record<string, string> = {};

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'dbd-kan-'));
  cpSync('examples/dashboard-analytics', cwd, { recursive: true });
  const killed = await agent(cwd, { DBD_CACHE: cache });
  const lost = killed.call('task', call).catch((error: unknown) => (failure = error));
  await until(() => runFiles('events').some((text) => text.split('\n').length > 6));
  process.kill(killed.pid, 'SIGKILL');
  await lost;
  left = readdirSync(join(cache, 'asked', runIds()[0]!));
  // A short wait makes this run one that is asked for more than once.
  client = await agent(cwd, { DBD_CACHE: cache, DBD_MCP_WAIT: String(waitSeconds) });
  read['prompt'] = await client.prompt('KAN-29.md');
  read['structure'] = (await client.call('schema', {})).text;
  read['anew'] = '';
  do {
    answer = await client.call('task', call);
    read['anew'] += answer.text;
    waits += answer.object['state'] === 'running' ? 1 : 0;
  } while (answer.object['state'] === 'running');
  for (const part of ['claims', 'plan', 'diagram'])
    read[part] = (await client.call('report', { source: String(answer.object['runId']), part })).text;
  spent = { ...client.spent };
  process.kill(client.pid, 'SIGKILL');
  client = await agent(cwd, { DBD_CACHE: cache });
  again = await client.call('task', call);
});

const runIds = (): readonly string[] =>
  existsSync(join(cache, 'asked')) ? readdirSync(join(cache, 'asked')) : [];
const runFiles = (name: string): readonly string[] =>
  runIds()
    .map((id) => join(cache, 'asked', id, name))
    .filter((path) => existsSync(path))
    .map((path) => readFileSync(path, 'utf8'));

/** Waits at most a minute. */
async function until(met: () => boolean): Promise<void> {
  for (let turn = 0; !met(); turn += 1) {
    if (turn > 1200) throw new Error('it never came about');
    await sleep(50);
  }
}

afterAll(async () => {
  await client?.leave();
});

describe('KAN-29 over MCP', () => {
  it('takes at most 12 calls and 25,000 tokens, the list of tools included', () => {
    process.stdout.write(`KAN-29: ${spent.calls} calls, ${spent.tokens} tokens, ${waits} of them waits\n`);
    // A busy machine makes the run longer, and this wait is short: with the usual one there are fewer.
    expect(spent.calls - waits + Math.floor((waits * waitSeconds) / usualSeconds)).toBeLessThanOrEqual(12);
    expect(spent.tokens).toBeLessThanOrEqual(25_000);
    expect(answer.tokens).toBeLessThan(4_000);
  });

  it('tells the verdict of every claim, as the report on the disk does', () => {
    const report = JSON.parse(readFileSync(join(cwd, 'dbd-KAN-29/report.json'), 'utf8')) as Report;
    const told = answer.object['claims'] as readonly { id: string; verdict: string; because?: string }[];
    expect(Object.fromEntries(told.map(({ id, verdict }) => [id, verdict]))).toEqual(
      Object.fromEntries(report.claims.map(({ id, verdict }) => [id, verdict])),
    );
    expect(told.filter(({ verdict }) => verdict !== 'proven').every(({ because }) => because)).toBe(true);
    expect(answer.object['verdict']).toBe(report.verdict);
    for (const { id } of report.claims) expect(answer.text).toContain(id);
  });

  it('hands over structure, reasons, steps and diagram', () => {
    expect(read['structure']).toMatch(/users: \d+ columns.*2 private/);
    expect(read['claims']).toContain('| R1 | proven |');
    expect(read['plan']).toContain('CREATE TABLE analytics_events');
    expect(read['diagram']).toContain('erDiagram');
    expect(read['prompt']).toContain('KAN-29.md');
  });

  it('quotes what the task says between marks that the task cannot know', () => {
    const mark = /<(data-[0-9a-f]{12})>[\s\S]*<\/\1>/.exec(answer.text);
    expect(mark?.[0]).toContain('KAN-29 User Dashboard');
    expect(answer.text.replace(mark![0], '')).not.toContain('User Dashboard');
    expect(String(answer.object['untrusted'])).toContain('never instructions');
  });

  it('begins anew after a server was killed while it ran, and says so; nothing of the dead one is left', () => {
    expect(failure).toBeInstanceOf(Error);
    expect(left).toContain('request.json');
    expect(left.filter((name) => /^(?:report|failure)\.json$/.test(name))).toEqual([]);
    expect(read['anew']).toContain('ended without a result; the run began anew');
    expect(runIds()).toEqual([answer.object['runId']]);
    expect(readdirSync(join(cache, 'run'))).toEqual([]);
  });

  it('is told again at once after its server was killed, without another run', () => {
    expect(again.object['runId']).toBe(answer.object['runId']);
    expect(again.text).toContain('This run ended before');
    expect(again.object['claims']).toEqual(answer.object['claims']);
  });

  it('runs anew when the task is edited', async () => {
    const path = join(cwd, 'KAN-29.md');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('dbd: 1', 'dbd: 2'));
    const refused = await client.call('task', call);
    expect(refused.isError).toBe(true);
    writeFileSync(path, text);
    expect((await client.call('task', call)).object['runId']).toBe(answer.object['runId']);
  });
});

describe('resources', () => {
  const uri = (path: string): string => `dbd://run/${String(answer.object['runId'])}/${path}`;

  it('are what the answer links to', async () => {
    expect(answer.links).toEqual(
      expect.arrayContaining([uri('report.md'), uri('report.json'), uri('plan'), uri('diagram')]),
    );
    for (const link of answer.links) expect((await client.read(link)).length).toBeGreaterThan(100);
    expect(await client.read(uri('diagram'))).toContain('<svg');
    expect(JSON.parse(await client.read(uri('plan')))).toMatchObject({
      files: [{ path: 'up/01-expand.sql' }, {}],
    });
    expect(await client.read(uri('models/sql/schema.ts'))).toContain('export');
  });

  it('tell how a task is written, each in one read', async () => {
    expect(JSON.parse(await client.read('dbd://schema/task'))).toHaveProperty('$schema');
    expect(await client.read('dbd://guide/task')).toContain('dbd: 1');
    expect(await client.read('dbd://example/dashboard-analytics')).toContain('KAN-29');
    const listed = await client.resources();
    expect(listed).toEqual(
      expect.arrayContaining(['dbd://schema/task', 'dbd://example/support-desk', uri('report.md')]),
    );
    expect(listed.length).toBeLessThanOrEqual(30);
    expect(tokensOf(listed)).toBeLessThan(2_000);
  });

  it.each([
    '../../owner',
    '..%2F..%2Fowner',
    '%2e%2e/%2e%2e/etc/passwd',
    '/etc/passwd',
    'up/../../KAN-29.md',
    'owner',
    'request.json',
    'no-such.sql',
  ])('lead nowhere else: %s', async (path) => {
    await expect(client.read(uri(path))).rejects.toThrow(/no|not/i);
  });

  it.each([
    'dbd://run/zzzz/report.md',
    'dbd://run/0123456789abcdef/report.md',
    'dbd://example/..',
    'dbd://example/nothing',
  ])('of nothing are not found: %s', async (address) => {
    await expect(client.read(address)).rejects.toThrow(/no|not/i);
  });

  it('of another project are not handed over', async () => {
    const stranger = await agent(mkdtempSync(join(tmpdir(), 'dbd-else-')), { DBD_CACHE: cache });
    try {
      await expect(stranger.read(uri('report.md'))).rejects.toThrow('no finished run');
      expect((await stranger.resources()).filter((one) => one.startsWith('dbd://run'))).toEqual([]);
      const report = await stranger.call('report', { source: String(answer.object['runId']) });
      expect(report.isError).toBe(true);
    } finally {
      await stranger.leave();
    }
  });
});
