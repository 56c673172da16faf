import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DbdError } from '../../src/base/error.ts';
import type { Event } from '../../src/base/event.ts';
import type { Config, JiraConfig } from '../../src/config/model.ts';
import { readTask } from '../../src/task/task.ts';
import { jiraTracker, type Manner } from '../../src/tracker/jira/jira.ts';
import { loadTask } from '../../src/tracker/tracker.ts';
import type { LoadedTask } from '../../src/tracker/model.ts';
import { code, doc, p, ul } from './adf-words.ts';
import { fakeJira, type FakeJira } from '../../src/tracker/jira/fake/fake-jira.ts';
import type { KeptIssue } from '../../src/tracker/jira/fake/model.ts';

const block = 'dbd: 1\nentities:\n  E1 Note:\n    fields:\n      body: { type: text }\n';
const anna = { accountId: '712020:anna', displayName: 'Anna', emailAddress: 'anna@acme.example' };
const mallory = { accountId: '712020:mallory', displayName: 'Mallory' };

let fake: FakeJira;
let events: Event[];
beforeEach(async () => {
  fake = await fakeJira();
  events = [];
});
afterEach(() => fake.close());

const manner = (): Manner => ({ gateway: fake.url, wait: async () => undefined, random: () => 0 });

async function load(
  reference: string,
  jira: Partial<JiraConfig> = {},
  more: Manner = {},
): Promise<LoadedTask> {
  const config: Config = {
    current: { kind: 'none' },
    jira: {
      site: fake.url,
      kind: 'cloud',
      email: { text: fake.site.email },
      tokenVariable: 'JIRA_TOKEN',
      authors: [],
      ...jira,
    },
  };
  return jiraTracker({ ...manner(), ...more }).load(reference, settings(config));
}

const settings = (config: Config, env: Record<string, string> = { JIRA_TOKEN: fake.site.classicToken }) => ({
  config,
  cwd: '.',
  env,
  fetch,
  emit: (event: Event) => void events.push(event),
  signal: new AbortController().signal,
});

async function refused(work: Promise<unknown>): Promise<DbdError> {
  const error = await work.then(
    () => expect.fail('it was read'),
    (cause: unknown) => cause,
  );
  if (!(error instanceof DbdError)) throw error;
  const shown = `${error.message} ${error.hint} ${JSON.stringify(error.details)}`;
  for (const secret of [
    'token-1',
    Buffer.from(`${fake.site.email}:${fake.site.classicToken}`).toString('base64'),
  ])
    expect(shown).not.toContain(secret);
  return error;
}

const keep = (issue: Partial<KeptIssue>): void =>
  void fake.site.issues.push({ key: 'KAN-29', summary: 'Keep notes', description: null, ...issue });

describe('where the block is looked for', () => {
  test('in the description, byte for byte', async () => {
    keep({ description: doc(p('We keep notes.'), ul([p('as asked'), code(block)])) });
    const loaded = await load('kan-29');
    expect(loaded).toMatchObject({
      name: 'KAN-29',
      title: 'Keep notes',
      url: `${fake.url}/browse/KAN-29`,
      block: 'description',
      limits: [],
    });
    const task = readTask(loaded);
    expect([task.id, task.title, task.requirements.entities[0]?.name]).toEqual([
      'KAN-29',
      'KAN-29 Keep notes',
      'Note',
    ]);
    expect(fake.requests).toHaveLength(1);
  });

  test('in the fields of the project, which keep their names', async () => {
    keep({
      description: doc(p('Prose.')),
      custom: [{ id: 'customfield_10055', name: 'Acceptance criteria', value: doc(p('Fast.'), code(block)) }],
    });
    const loaded = await load('KAN-29');
    expect(loaded.block).toBe('description');
    expect(loaded.text).toContain('## Acceptance criteria\n\nFast.');
  });

  test('then in the newest attachment task.dbd.yaml, fetched without the credentials', async () => {
    keep({
      description: doc(p('Prose.')),
      attachments: [
        { id: '1', filename: 'task.dbd.yaml', content: 'dbd: 1\n', created: '2026-11-01T09:47:00.000+0000' },
        { id: '2', filename: 'task.dbd.yaml', content: block.replaceAll('\n', '\r\n') },
        { id: '3', filename: 'other.yaml', content: 'dbd: 1\n' },
      ],
      comments: [{ author: anna, created: '2026-11-21T09:47:00.000+0000', body: doc(code('dbd: 1')) }],
    });
    const loaded = await load('KAN-29', { authors: [anna.accountId] });
    expect([loaded.block, loaded.limits]).toEqual([
      'attachment',
      ['There are 2 attachments task.dbd.yaml; the newest one was read.'],
    ]);
    expect(readTask(loaded).requirements.entities[0]?.name).toBe('Note');
    expect(fake.requests.map(({ path, authorized }) => [path.split('?')[0], authorized])).toEqual([
      ['/rest/api/3/issue/KAN-29', true],
      ['/rest/api/3/attachment/content/2', true],
      ['/media/2', false],
    ]);
  });

  test('an attachment above the limit is refused', async () => {
    keep({
      attachments: [{ id: '1', filename: 'task.dbd.yaml', content: `dbd: 1\n#${'x'.repeat(1_048_576)}` }],
    });
    expect(await refused(load('KAN-29'))).toMatchObject({
      code: 'tracker.answer',
      message: `The answer of ${fake.url} about the attachment task.dbd.yaml of KAN-29 is larger than 1024 KiB.`,
    });
  });

  test('then in the newest comment of an allowed author; never in one of anybody else, or edited by somebody else', async () => {
    const other = block.replace('Note', 'Stolen');
    keep({
      description: doc(p('Prose.')),
      comments: [
        {
          author: anna,
          created: '2026-11-01T09:00:00.000+0000',
          body: doc(code(block.replace('Note', 'Old'))),
        },
        { author: anna, created: '2026-11-02T09:00:00.000+0000', body: doc(code(block)) },
        { author: anna, created: '2026-11-03T09:00:00.000+0000', body: doc(p('Thanks.')) },
        { author: mallory, created: '2026-11-04T09:00:00.000+0000', body: doc(code(other)) },
        { author: anna, editor: mallory, created: '2026-11-05T09:00:00.000+0000', body: doc(code(other)) },
      ],
    });
    for (const author of [anna.accountId, 'ANNA@acme.example']) {
      const loaded = await load('KAN-29', { authors: [author] });
      expect(loaded.block).toBe('comment');
      expect(readTask(loaded).requirements.entities.map(({ name }) => name)).toEqual(['Note']);
      expect(loaded.limits).toEqual([
        'A comment edited by Mallory holds a block that was not read; to allow it, add 712020:mallory to `jira.authors` in dbd.config.yaml.',
        'A comment by Mallory holds a block that was not read; to allow it, add 712020:mallory to `jira.authors` in dbd.config.yaml.',
      ]);
    }
    const nobody = await load('KAN-29');
    expect([nobody.block, readTask(nobody).level]).toEqual(['none', 0]);
    expect(nobody.text).not.toContain('dbd: 1');
  });

  test('also in comments beyond the first page', async () => {
    keep({
      comments: [
        ...Array.from({ length: 130 }, (_, at) => ({
          author: mallory,
          created: `2026-10-01T00:00:00.${String(at).padStart(3, '0')}+0000`,
          body: doc(p(`+${at}`)),
        })),
        { author: anna, created: '2026-09-01T09:00:00.000+0000', body: doc(code(block)) },
      ],
    });
    expect((await load('KAN-29', { authors: [anna.accountId] })).block).toBe('comment');
    expect(fake.requests).toHaveLength(3);
  });

  test('an issue without any text is prose of its title', async () => {
    keep({ summary: 'Track payments\nof customers' });
    const loaded = await load('KAN-29');
    expect([loaded.block, loaded.text]).toEqual(['none', '# KAN-29 Track payments of customers\n']);
  });
});

describe('which issue is meant', () => {
  test.each(['KAN-29', 'kan-29', '29', 'ADDRESS'])('%s', async (reference) => {
    keep({});
    const jira = { project: 'KAN' };
    expect(
      (await load(reference === 'ADDRESS' ? `${fake.url}/browse/KAN-29?x=1` : reference, jira)).name,
    ).toBe('KAN-29');
  });

  test('one that was moved is found by its old key', async () => {
    keep({ key: 'OPS-7', formerly: ['KAN-29'] });
    expect(await load('KAN-29')).toMatchObject({
      name: 'OPS-7',
      limits: ['KAN-29 was moved and is OPS-7 now.'],
    });
  });

  test('an unknown number gets the nearest keys with their titles, an unknown project the titles with its word', async () => {
    for (const [key, summary] of [
      ['KAN-2', 'Second'],
      ['KAN-28', 'User dashboard'],
      ['KAN-29', 'Analytics for the dashboard'],
      ['KAN-299', 'Far'],
    ])
      keep({ key: key!, summary: summary! });
    const number = await refused(load('KAN-27'));
    expect([number.code, number.message]).toEqual([
      'tracker.missing',
      `${fake.url} has no issue KAN-27, or this account may not see it (404).`,
    ]);
    expect(number.hint).toBe(
      'Near it: KAN-28 (User dashboard), KAN-29 (Analytics for the dashboard), KAN-2 (Second).',
    );
    const project = await refused(load('DASH-1'));
    expect(project.hint).toBe('Near it: KAN-29 (Analytics for the dashboard), KAN-28 (User dashboard).');
    expect((await refused(load('NOPE-1'))).hint).toBe(
      'Look at the key in the address of the issue in your browser.',
    );
  });

  test('a key without a configured Jira names the keys to write; a missing variable is named', async () => {
    const config: Config = { current: { kind: 'none' } };
    const error = await refused(loadTask('KAN-29', settings(config)));
    expect([error.code, error.message]).toEqual([
      'tracker.not-configured',
      'There is no file KAN-29, and no Jira is configured where KAN-29 could be found.',
    ]);
    expect(error.hint).toContain('jira: { site: https://acme.atlassian.net, email: you@acme.com');
    const configured: Config = {
      ...config,
      jira: { site: fake.url, email: { text: 'a' }, tokenVariable: 'MY_TOKEN', authors: [] },
    };
    expect(await refused(loadTask('KAN-29', settings(configured, {})))).toMatchObject({
      code: 'tracker.not-configured',
      message: 'The environment variable MY_TOKEN, which holds the API token for Jira, is not set.',
    });
    expect(await refused(loadTask('notes.md', settings(configured, {})))).toMatchObject({
      code: 'file.missing',
    });
    expect(fake.requests).toEqual([]);
  });
});

describe('scoped tokens', () => {
  const scoped = async (jira: Partial<JiraConfig>): Promise<LoadedTask> => {
    keep({});
    const config: Config = {
      current: { kind: 'none' },
      jira: {
        site: fake.url,
        kind: 'cloud',
        email: { text: fake.site.email },
        tokenVariable: 'T',
        authors: [],
        ...jira,
      },
    };
    return jiraTracker(manner()).load('KAN-29', settings(config, { T: fake.site.scopedToken }));
  };

  test('go through the gateway of the configured cloud id', async () => {
    expect((await scoped({ cloudId: fake.site.cloudId })).url).toBe(`${fake.url}/browse/KAN-29`);
    expect(fake.requests.map(({ path }) => path.split('?')[0])).toEqual([
      `/ex/jira/${fake.site.cloudId}/rest/api/3/issue/KAN-29`,
    ]);
  });

  test('are recognised without it: the site tells its cloud id', async () => {
    expect((await scoped({})).name).toBe('KAN-29');
    expect(fake.requests.map(({ path, authorized }) => [path.split('?')[0], authorized])).toEqual([
      ['/rest/api/3/issue/KAN-29', true],
      ['/_edge/tenant_info', false],
      [`/ex/jira/${fake.site.cloudId}/rest/api/3/issue/KAN-29`, true],
    ]);
    expect(events).toContainEqual({
      kind: 'note',
      text: `The token is a scoped one; \`cloud_id: ${fake.site.cloudId}\` below \`jira\` in dbd.config.yaml saves two requests.`,
    });
  });
});
