import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DbdError } from '../../src/base/error.ts';
import type { JiraConfig } from '../../src/config/model.ts';
import { connectionTo } from '../../src/tracker/jira/connection.ts';
import { fakeJira } from '../../src/tracker/jira/fake/fake-jira.ts';
import type { KeptIssue } from '../../src/tracker/jira/fake/model.ts';
import { jiraTracker } from '../../src/tracker/jira/jira.ts';
import { searchIssues } from '../../src/tracker/jira/search.ts';
import { did, publication, publishTo, settingsFor, workflow, writes, type Site } from './publish-words.ts';

const block = 'dbd: 1\nentities:\n  E1 Note:\n    fields:\n      body: { type: text }\n';
const wiki = `We keep *notes*.\n\n{code:yaml}\n${block}{code}\n`;
const anna = { name: 'anna', displayName: 'Anna', emailAddress: 'anna@acme.example' };

let site: Site;
let issue: KeptIssue;
beforeEach(async () => {
  issue = { key: 'KAN-29', summary: 'Keep notes', description: wiki };
  site = {
    fake: await fakeJira({ kind: 'data-center', issues: [issue], workflow }),
    waits: [],
    events: [],
  };
});
afterEach(() => site.fake.close());

/** No e-mail: the token is sent as bearer. */
const own = { kind: 'data-center', email: undefined } as unknown as Partial<JiraConfig>;
const load = (jira: Partial<JiraConfig> = own) =>
  jiraTracker({ wait: async () => undefined }).load('KAN-29', settingsFor(site, jira));
const paths = (): readonly string[] =>
  site.fake.requests.map(({ method, path }) => `${method} ${path.split('?')[0]!}`);

describe('a Data Center', () => {
  test('is read with its token as bearer, below /rest/api/2', async () => {
    const loaded = await load();
    expect([loaded.name, loaded.block]).toEqual(['KAN-29', 'description']);
    expect(paths()).toEqual(['GET /rest/api/2/issue/KAN-29']);
  });

  test('says what it is where the configuration does not, before it sees a credential', async () => {
    await load({ kind: undefined, email: undefined } as unknown as Partial<JiraConfig>);
    expect(site.fake.requests.map(({ path, authorized }) => [path.split('?')[0], authorized])).toEqual([
      ['/rest/api/2/serverInfo', false],
      ['/rest/api/2/issue/KAN-29', true],
    ]);
  });

  test('gives attachments at its own address', async () => {
    issue = {
      ...issue,
      description: 'Prose.',
      attachments: [{ id: '7', filename: 'task.dbd.yaml', content: block }],
    };
    site.fake.site.issues.splice(0, 1, issue);
    expect((await load()).block).toBe('attachment');
    expect(paths().at(-1)).toBe('GET /secure/attachment/7/task.dbd.yaml');
  });

  test('names people by their user name; an address is none, since anybody may write any into a profile', async () => {
    issue = {
      ...issue,
      description: 'Prose.',
      comments: [{ author: anna, created: '2026-11-02T09:00:00.000+0000', body: wiki }],
    };
    site.fake.site.issues.splice(0, 1, issue);
    expect((await load({ ...own, authors: ['anna'] })).block).toBe('comment');
    const stranger = await load({ ...own, authors: ['anna@acme.example'] });
    expect([stranger.block, stranger.limits]).toEqual([
      'none',
      [
        'A comment by Anna holds a block that was not read; to allow it, add anna to `jira.authors` in dbd.config.yaml.',
      ],
    ]);
  });

  test('is told in wiki markup, once', async () => {
    const told = publication({ state: 'In Review' });
    expect(did(await publishTo(site, told, own))).toEqual([
      'file created',
      'file created',
      'comment created',
      'link created',
      'state updated',
      'mark created',
    ]);
    const [comment] = issue.comments!;
    expect(comment!.body).toMatch(/^h3\. KAN-29 Keep notes/);
    const before = writes(site).length;
    await publishTo(site, told, own);
    issue.properties = {};
    expect(did(await publishTo(site, told, own))).toContain('comment unchanged');
    expect(writes(site).slice(before)).toHaveLength(1);
    expect(issue.comments).toEqual([comment]);
  });

  test('is searched page by page, with startAt', async () => {
    for (let n = 100; n < 350; n++) site.fake.site.issues.push({ ...issue, key: `KAN-${n}` });
    const connection = connectionTo({
      ...settingsFor(site),
      site: site.fake.url,
      kind: 'data-center',
      token: site.fake.site.classicToken,
    });
    const { hits, more } = await searchIssues(connection, 'project = KAN', 240);
    expect([hits.length, hits[0], more]).toEqual([
      240,
      { key: 'KAN-29', summary: 'Keep notes', status: 'To Do' },
      true,
    ]);
    expect(paths().filter((path) => path === 'GET /rest/api/2/search')).toHaveLength(3);
    expect((await searchIssues(connection, 'project = KAN', 1000)).hits).toHaveLength(251);
  });

  test('whose token is not accepted says where a new one is made', async () => {
    const error = await jiraTracker()
      .load('KAN-29', settingsFor(site, own, { env: { T: 'nonsense' } }))
      .catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(DbdError);
    expect((error as DbdError).message).toBe(`${site.fake.url} does not accept the token (401).`);
    expect((error as DbdError).hint).toContain('Personal Access Token');
  });
});

test('a Cloud without an e-mail says what is missing', async () => {
  await site.fake.close();
  site = { ...site, fake: await fakeJira({ issues: [issue] }) };
  await expect(
    load({ kind: undefined, email: undefined } as unknown as Partial<JiraConfig>),
  ).rejects.toMatchObject({
    code: 'tracker.not-configured',
    hint: 'Write `email: you@acme.com` below `jira` in dbd.config.yaml.',
  });
  expect(site.fake.requests.some(({ authorized }) => authorized)).toBe(false);
});
