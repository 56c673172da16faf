import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { DbdError } from '../../src/base/error.ts';
import { split } from '../../src/task/markdown.ts';
import { paragraph } from '../../src/tracker/document.ts';
import { adfOf } from '../../src/tracker/jira/adf/write.ts';
import { wrongInAdf } from '../../src/tracker/jira/fake/check-adf.ts';
import { fakeJira, type FakeJira } from '../../src/tracker/jira/fake/fake-jira.ts';
import { faultNames, faultsOf, readFault, withFaults } from '../../src/tracker/jira/fake/fault.ts';
import { issueOfText } from '../../src/tracker/jira/fake/issue-file.ts';
import { serveFake, type Served } from '../../src/tracker/jira/fake/serve.ts';
import { jiraTracker } from '../../src/tracker/jira/jira.ts';
import { complaints } from './adf-schema.ts';
import { document } from './document-arbitrary.ts';
import { did, publication, workflow } from './publish-words.ts';

const task = readFileSync('examples/dashboard-analytics/KAN-29.md', 'utf8');

let fake: FakeJira | undefined;
let served: Served | undefined;
afterEach(async () => {
  await fake?.close();
  await served?.close();
  [fake, served] = [undefined, undefined];
});

async function start(faults: readonly string[] = [], kind: 'cloud' | 'data-center' = 'cloud') {
  const read = faults.map(readFault);
  const site = {
    kind,
    issues: [issueOfText('# KAN-29 Notes\n\nKeep notes.', 'KAN-29', 'KAN-1', kind)],
    workflow,
  };
  const started = await fakeJira(withFaults(site, read));
  started.faults.push(faultsOf(read, 10));
  fake = started;
  const authorization =
    kind === 'cloud'
      ? `Basic ${Buffer.from(`${started.site.email}:${started.site.classicToken}`).toString('base64')}`
      : `Bearer ${started.site.classicToken}`;
  return {
    issue: started.site.issues[0]!,
    ask: (
      path: string,
      body?: unknown,
      headers: Record<string, string> = { authorization },
    ): Promise<Response> =>
      fetch(`${started.url}/rest/api/${kind === 'cloud' ? 3 : 2}/${path}`, {
        headers,
        redirect: 'manual',
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      }),
  };
}
const comment = { body: adfOf({ blocks: [paragraph('hello')] }) };

describe('documents', () => {
  test('whatever dbd writes is taken', () => {
    fc.assert(
      fc.property(document, (given) => {
        expect(wrongInAdf(adfOf(given))).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  test.each<[object | null, string]>([
    [null, 'it is no document'],
    [{ type: 'doc', version: 2, content: [] }, 'its version is not 1'],
    [{ type: 'doc', version: 1, content: [{ type: 'text', text: 'x' }] }, 'doc cannot hold text'],
    [{ type: 'doc', version: 1, content: [{ type: 'hologram' }] }, 'doc cannot hold hologram'],
    [
      { type: 'doc', version: 1, content: [{ type: 'paragraph', content: [{ type: 'text', text: '' }] }] },
      'a text is empty',
    ],
    [{ type: 'doc', version: 1, content: [{ type: 'bulletList', content: [] }] }, 'bulletList is empty'],
    [
      {
        type: 'doc',
        version: 1,
        content: [{ type: 'blockquote', content: [{ type: 'heading', attrs: { level: 1 } }] }],
      },
      'blockquote cannot hold heading',
    ],
    [
      {
        type: 'doc',
        version: 1,
        content: [
          {
            type: 'paragraph',
            content: [{ type: 'text', text: 'x', marks: [{ type: 'code' }, { type: 'em' }] }],
          },
        ],
      },
      'code is marked with more than a link',
    ],
  ])('%j is not, as by the official schema', (given, wrong) => {
    expect(wrongInAdf(given)).toBe(wrong);
    expect(complaints(given)).not.toEqual([]);
  });

  test('a comment that is refused names its field, and is not kept', async () => {
    const { ask, issue } = await start();
    const refused = async (body: unknown): Promise<unknown> => {
      const answer = await ask('issue/KAN-29/comment', { body });
      return [answer.status, ((await answer.json()) as { errors: unknown }).errors];
    };
    expect(await refused('h1. wiki')).toEqual([
      400,
      { comment: 'Operation value must be an Atlassian Document (see the Atlassian Document Format)' },
    ]);
    expect(await refused({ type: 'doc', version: 1, content: [{ type: 'text' }] })).toEqual([
      400,
      { comment: 'INVALID_INPUT: doc cannot hold text' },
    ]);
    expect(await refused(adfOf({ blocks: [paragraph('x'.repeat(32_767))] }))).toEqual([
      400,
      { comment: 'The entered text is too long. It exceeds the allowed limit of 32,767 characters.' },
    ]);
    expect(issue.comments ?? []).toEqual([]);
  });

  test('a Data Center takes wiki markup, and only below its limit', async () => {
    const { ask, issue } = await start([], 'data-center');
    const status = async (body: unknown): Promise<number> =>
      (await ask('issue/KAN-29/comment', { body })).status;
    expect([await status(comment.body), await status(' '), await status('x'.repeat(32_768))]).toEqual([
      400, 400, 400,
    ]);
    expect(await status('*hello*')).toBe(201);
    expect(issue.comments).toMatchObject([{ body: '*hello*' }]);
  });
});

describe('faults', () => {
  test.each([
    '401',
    'expired',
    '403',
    '404',
    '409',
    '410',
    '413',
    '429',
    '429-issue',
    '429-quota',
    '429-global',
    '500',
    '503',
  ])('%s is told with its status, strikes as often as was said, and changes nothing', async (name) => {
    const { ask, issue } = await start([`${name}@comment*1`]);
    const answer = await ask('issue/KAN-29/comment', comment);
    expect(answer.status).toBe(name === 'expired' ? 401 : Number(name.slice(0, 3)));
    expect(await answer.json()).toMatchObject({ errorMessages: [expect.any(String)] });
    if (name.startsWith('429')) expect(answer.headers.get('ratelimit-reason')).toMatch(/^jira-/);
    if (/^(?:429|503)/.test(name)) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(issue.comments ?? []).toEqual([]);
    expect((await ask('issue/KAN-29/comment', comment)).status).toBe(201);
  });

  test('a connection is cut before the effect, or after it', async () => {
    const { ask, issue } = await start(['cut-before@POST', 'cut-after@POST']);
    await expect(ask('issue/KAN-29/comment', comment)).rejects.toThrow();
    expect(issue.comments ?? []).toHaveLength(0);
    await expect(ask('issue/KAN-29/comment', comment)).rejects.toThrow();
    expect(issue.comments).toHaveLength(1);
    expect((await ask('issue/KAN-29/comment', comment)).status).toBe(201);
  });

  test('JSON ends in the middle, a login page answers, an answer is slow', async () => {
    const { ask } = await start(['broken', 'login', 'slow']);
    const broken = await (await ask('myself')).text();
    expect(broken).toMatch(/^\{/);
    expect(() => JSON.parse(broken) as unknown).toThrow();
    expect(await (await ask('myself')).text()).toMatch(/^<!doctype html>/);
    expect(await (await ask('myself')).json()).toMatchObject({ displayName: 'Dev' });
  });

  test('searches lag behind a transition', async () => {
    const { ask } = await start(['lag']);
    const found = async (): Promise<unknown> =>
      (
        (await (
          await ask(`search/jql?fields=summary&jql=${encodeURIComponent('project = KAN')}`)
        ).json()) as { issues: { fields: { status: { name: string } } }[] }
      ).issues[0]!.fields.status.name;
    expect((await ask('issue/KAN-29/transitions', { transition: { id: '21' } })).status).toBe(204);
    const read = (await (await ask('issue/KAN-29')).json()) as { fields: { status: { name: string } } };
    expect([read.fields.status.name, await found()]).toEqual(['In Progress', 'To Do']);
  });

  test('a description is missing, or stands in a field of the project', async () => {
    const described = (await start()).issue.description;
    await fake!.close();
    expect((await start(['null-description'])).issue.description).toBeNull();
    await fake!.close();
    const { issue } = await start(['custom-field']);
    expect([issue.description, issue.custom]).toEqual([
      null,
      [{ id: 'customfield_10055', name: 'Acceptance criteria', value: described }],
    ]);
  });

  test('are read with place and number; unknown ones get a hint', () => {
    expect(readFault('503@comment*2')).toEqual({ name: '503', at: 'comment', times: 2 });
    expect(readFault('409@POST*all').times).toBe(Infinity);
    expect([readFault('429').times, readFault('expired').times]).toEqual([1, Infinity]);
    for (const name of Object.keys(faultNames)) expect(readFault(name).name).toBe(name);
    for (const wrong of ['428', '', '503*', 'cut-aftr', '503@a b'])
      expect(() => readFault(wrong)).toThrow(DbdError);
  });
});

test.each(['cloud', 'data-center'] as const)(
  'on %s an issue of a file is read with its block byte for byte, and publishing gets through what goes wrong',
  async (kind) => {
    served = await serveFake({
      files: ['examples/dashboard-analytics/KAN-29.md'],
      cwd: '.',
      kind,
      faults: ['503@GET*2', 'cut-after@comment', '409@PUT'].map(readFault),
      port: 0,
    });
    expect(served.keys).toEqual(['KAN-29']);
    const settings = {
      config: {
        current: { kind: 'none' },
        jira: {
          site: served.url,
          kind,
          ...(kind === 'cloud' ? { email: { text: 'dev@acme.example' } } : {}),
          tokenVariable: 'T',
          authors: [],
        },
      },
      cwd: '.',
      env: { T: served.token },
      fetch,
      emit: () => undefined,
      signal: new AbortController().signal,
    } as const;
    const tracker = jiraTracker({ wait: async () => undefined, random: () => 0 });
    const loaded = await tracker.load('KAN-29', settings);
    expect(split(loaded.text as string).blocks.map(({ text }) => text)).toEqual(
      split(task).blocks.map(({ text }) => text),
    );
    expect(loaded).toMatchObject({ title: split(task).title.replace(/^KAN-29 /, ''), limits: [] });
    const told = publication({ state: 'In Review' });
    expect(did(await tracker.publisher!.publish('KAN-29', settings, told))).toContain('state updated');
    expect(served.became().issues).toEqual([
      { key: 'KAN-29', state: 'In Review', comments: 1, files: 2, links: 1 },
    ]);
    const again = await tracker.publisher!.publish('KAN-29', settings, told);
    expect(new Set(again.parts.map((part) => part.did))).toEqual(new Set(['unchanged']));
  },
);

test('two files of one key, a missing file and a taken port are refused', async () => {
  const given = { cwd: '.', kind: 'cloud', faults: [], port: 0 } as const;
  const file = 'examples/dashboard-analytics/KAN-29.md';
  await expect(serveFake({ ...given, files: [file, file] })).rejects.toMatchObject({
    code: 'usage.wrong-option',
  });
  await expect(serveFake({ ...given, files: ['none.md'] })).rejects.toMatchObject({ code: 'file.missing' });
  served = await serveFake({ ...given, files: [file] });
  const port = Number(new URL(served.url).port);
  await expect(serveFake({ ...given, files: [file], port })).rejects.toMatchObject({
    code: 'usage.wrong-option',
  });
});

test('a site ends when its time is over or its signal comes', async () => {
  served = await serveFake({
    files: ['examples/dashboard-analytics/KAN-29.md'],
    cwd: '.',
    kind: 'cloud',
    faults: [],
    port: 0,
  });
  await served.until(1, new AbortController().signal);
  await served.until(1e6, AbortSignal.abort());
  const controller = new AbortController();
  const ended = served.until(1e6, controller.signal);
  controller.abort();
  await ended;
});
