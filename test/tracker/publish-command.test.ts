import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { publish } from '../../src/commands/publish.ts';
import { checkInput, run } from '../../src/commands/run.ts';
import type { Context } from '../../src/commands/command.ts';
import { DbdError } from '../../src/base/error.ts';
import { fakeJira, type FakeJira } from '../../src/tracker/jira/fake/fake-jira.ts';
import { call, type Called } from '../faces/call.ts';
import { doc, p } from './adf-words.ts';
import { deliver, workflow } from './publish-words.ts';

let fake: FakeJira;
let folder: string;
beforeEach(async () => {
  fake = await fakeJira({
    workflow,
    issues: [
      { key: 'KAN-29', summary: 'Dashboard', description: null },
      { key: 'OPS-1', summary: 'Somebody else’s', description: null },
    ],
  });
  folder = mkdtempSync(join(tmpdir(), 'dbd-publish-'));
  deliver(join(folder, 'out'));
  writeFileSync(
    join(folder, 'dbd.config.yaml'),
    `jira:\n  site: ${fake.url}\n  email: ${fake.site.email}\n  token: \${JIRA_TOKEN}\n`,
  );
});
afterEach(async () => {
  await fake.close();
  rmSync(folder, { recursive: true });
});

const env = (): Record<string, string> => ({ JIRA_TOKEN: fake.site.classicToken });
const dbd = (...words: readonly string[]): Promise<Called> => call(words, { cwd: folder, env: env() });
const edit = (path: string, change: (text: string) => string): void =>
  writeFileSync(join(folder, path), change(readFileSync(join(folder, path), 'utf8')));
const writes = (): number => fake.requests.filter(({ method }) => method !== 'GET').length;

describe('dbd publish', () => {
  test('shows what it would do, does it, and does it once', async () => {
    const seen = await dbd('publish', 'out', '--dry-run', '--state', 'In Progress');
    expect([seen.code, writes()]).toEqual([0, 0]);
    expect(seen.stdout).toContain('things would be written to KAN-29; nothing was.');
    expect(seen.stdout).toMatch(/state +In Progress +updated/);
    const done = await dbd(
      'publish',
      'out',
      '--state',
      'In Progress',
      '--link',
      'https://git.example/acme/shop/pull/12',
      '--json',
    );
    expect(done.code).toBe(0);
    const { parts, url } = JSON.parse(done.stdout) as {
      readonly parts: readonly { readonly name: string }[];
      readonly url: string;
    };
    expect(url).toBe(`${fake.url}/browse/KAN-29`);
    const [issue] = fake.site.issues;
    expect(issue!.attachments!.map(({ filename }) => filename.replace(/-[0-9a-f]{8}\./, '-#.'))).toEqual([
      'report-#.html',
      'down-01-expand-#.sql',
      'up-01-expand-#.sql',
      'diagram-#.svg',
    ]);
    expect(parts).toHaveLength(8);
    expect(issue!.links![0]!.object).toEqual({
      url: 'https://git.example/acme/shop/pull/12',
      title: 'Pull request 12 of acme/shop',
    });
    const before = writes();
    const again = await dbd(
      'publish',
      'out',
      '--state',
      'In Progress',
      '--link',
      'https://git.example/acme/shop/pull/12',
    );
    expect(again.stdout).toContain('KAN-29 was up to date; nothing was written.');
    expect(writes()).toBe(before);
    expect(`${done.stdout}${done.stderr}`).not.toContain(fake.site.classicToken);
  });

  test('attaches the statements byte for byte', async () => {
    await dbd('publish', 'out');
    const sql = fake.site.issues[0]!.attachments!.find(({ filename }) => filename.startsWith('up-'))!;
    expect(Buffer.from(sql.content)).toEqual(readFileSync(join(folder, 'out/up/01-expand.sql')));
  });

  test.each<[string, () => void, string]>([
    [
      'a statement was changed',
      () => edit('out/up/01-expand.sql', (sql) => `${sql}DROP TABLE users;\n`),
      'up/01-expand.sql was changed',
    ],
    [
      'a file was added',
      () => writeFileSync(join(folder, 'out/up/02-contract.sql'), 'DROP TABLE users;'),
      'up/02-contract.sql was changed, added',
    ],
    [
      'a file was removed',
      () => rmSync(join(folder, 'out/down/01-expand.sql')),
      'down/01-expand.sql was changed',
    ],
    [
      'the evidence is about another report',
      () => writeFileSync(join(folder, 'out/evidence.json'), '{}'),
      'The signed evidence in out',
    ],
  ])('refuses a folder where %s', async (_, change, says) => {
    change();
    const { code, stderr } = await dbd('publish', 'out');
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
    expect(stderr).toContain('publish.stale');
    expect(fake.requests).toEqual([]);
  });

  test('takes the page from the report, not from the folder', async () => {
    writeFileSync(join(folder, 'out/report.html'), '<h1>All proven, send money</h1>');
    await dbd('publish', 'out');
    const page = fake.site.issues[0]!.attachments!.find(({ filename }) => filename.endsWith('.html'))!;
    expect(Buffer.from(page.content).toString()).not.toContain('send money');
  });

  test('goes to another task only where --to says so', async () => {
    await dbd('publish', 'out', '--to', 'OPS-1');
    expect(fake.site.issues.map(({ comments }) => comments?.length ?? 0)).toEqual([0, 1]);
    edit('out/report.json', (text) =>
      text.replace(/"from": "[^"]*",\s*/, '').replace('"task": "KAN-29",', ''),
    );
    const lost = await dbd('publish', 'out');
    expect([lost.code, lost.stderr]).toEqual([2, expect.stringContaining('publish.target')]);
  });

  test('asks in the issue what a task in prose leaves open, where the questions were kept with --out', async () => {
    fake.site.issues[0]!.description = doc(p('Store payments of users.'));
    const asked = await dbd('task', 'KAN-29', '--out', 'asked');
    expect(asked.code).toBe(1);
    expect((await dbd('publish', 'asked')).stdout).toContain('written to KAN-29');
    const [comment] = fake.site.issues[0]!.comments!;
    expect(JSON.stringify(comment!.body)).toMatch(/Open questions.*"Q1"/);
    fake.site.issues[0]!.comments = [
      ...fake.site.issues[0]!.comments!,
      {
        author: { accountId: '712020:anna', displayName: 'Anna' },
        created: new Date(Date.now() + 1000).toISOString().replace('Z', '+0000'),
        body: doc(p('Q1: because I say so')),
      },
    ];
    expect((await dbd('task', 'KAN-29', '--json')).stdout).toContain('An answer by Anna to Q1');
  });

  test('tells a task in a file beside it, and keeps what somebody else wrote there', async () => {
    writeFileSync(join(folder, 'KAN-30.md'), '# Notes\n');
    expect((await dbd('publish', 'out', '--to', 'KAN-30.md')).stdout).toContain(
      '1 thing written to KAN-30.md.',
    );
    const text = readFileSync(join(folder, 'KAN-30.report.md'), 'utf8');
    expect(text).toContain('Requirement');
    expect(readFileSync(join(folder, 'KAN-30.md'), 'utf8')).toBe('# Notes\n');
    expect((await dbd('publish', 'out', '--to', 'KAN-30.md')).stdout).toContain('nothing was written');
    writeFileSync(join(folder, 'KAN-30.report.md'), 'mine\n');
    const refused = await dbd('publish', 'out', '--to', 'KAN-30.md');
    expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining('was not written by dbd')]);
    expect(readdirSync(folder).filter((name) => name.includes('part'))).toEqual([]);
  });

  test.each(['javascript:alert(1)', 'https://me:secret@git.example/x', 'ftp://a.example'])(
    'refuses the link %s',
    async (link) => {
      const { code, stderr } = await dbd('publish', 'out', '--link', link);
      expect([code, stderr.includes('secret')]).toEqual([2, false]);
      expect(fake.requests).toEqual([]);
    },
  );
});

describe('an agent', () => {
  const context = (more: Partial<Context> = {}): Context => ({
    emit: () => undefined,
    signal: new AbortController().signal,
    cwd: folder,
    env: env(),
    engine: () => Promise.reject(new Error('no engine is needed')),
    stdin: async () => '',
    agent: 'a test',
    ...more,
  });
  const input = (given: object = {}): never => checkInput(publish, { folder: 'out', ...given }) as never;
  const code = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'done',
      (error: unknown) => (error instanceof DbdError ? error.code : Promise.reject(error as Error)),
    );

  test('publishes what a person confirmed, and nothing else', async () => {
    const asked = (await publish.consent!(input(), context()))!;
    expect(asked.says).toBe(`Publish the report in out to ${fake.url}/browse/KAN-29.`);
    expect(asked.shown.join('\n')).toContain('KAN-29 User Dashboard');
    expect(writes()).toBe(0);
    expect(await code(publish.run(input(), context()))).toBe('policy.confirm');
    expect(await code(publish.run(input(), context({ confirmed: 'x' })))).toBe('policy.confirm');
    const { hash: confirmed } = asked;
    for (const other of [{ to: 'OPS-1' }, { state: 'Done' }, { link: 'https://other.example' }])
      expect(await code(publish.run(input(other), context({ confirmed })))).toBe('policy.confirm');
    edit('out/report.json', (text) => text.replace('User Dashboard', 'User Dashbored'));
    expect(await code(publish.run(input(), context({ confirmed })))).toBe('policy.confirm');
    edit('out/report.json', (text) => text.replace('User Dashbored', 'User Dashboard'));
    expect(writes()).toBe(0);
    expect(await code(publish.run(input(), context({ confirmed })))).toBe('done');
    expect(fake.site.issues[0]!.comments).toHaveLength(1);
  });

  test('needs no consent where nothing would be written, nor to look', async () => {
    expect(await publish.consent!(input({ dryRun: true }), context())).toBeUndefined();
    expect(await code(publish.run(input({ dryRun: true }), context()))).toBe('done');
    const { hash: confirmed } = (await publish.consent!(input(), context()))!;
    await publish.run(input(), context({ confirmed }));
    expect(await publish.consent!(input(), context())).toBeUndefined();
    expect(await code(publish.run(input(), context()))).toBe('done');
  });

  test('writes to no file outside the project, whether an option or the report names it', async () => {
    const outside = join(folder, '..', `${folder.split('/').at(-1)!}-task.md`);
    writeFileSync(outside, '# Task\n');
    try {
      expect(
        await code(
          run('publish', { folder: 'out', to: outside }, { ...context(), agent: 'a test' } as never),
        ),
      ).toBe('policy.path');
      edit('out/report.json', (text) =>
        text.replace('"task": "KAN-29",', `"task": "KAN-29", "from": ${JSON.stringify(outside)},`),
      );
      expect(await code(publish.consent!(input(), context()))).toBe('policy.path');
    } finally {
      rmSync(outside);
    }
  });
});
