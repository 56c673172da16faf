import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fakeJira } from '../../src/tracker/jira/fake/fake-jira.ts';
import type { KeptIssue } from '../../src/tracker/jira/fake/model.ts';
import {
  did,
  previewOf,
  publication,
  publishTo,
  standing,
  workflow,
  writes,
  type Site,
} from './publish-words.ts';

let site: Site;
let issue: KeptIssue;
beforeEach(async () => {
  issue = { key: 'KAN-29', summary: 'Keep notes', description: null };
  site = { fake: await fakeJira({ issues: [issue], workflow }), waits: [], events: [] };
});
afterEach(() => site.fake.close());

const dev = '712020:me';
const mallory = { accountId: '712020:mallory', displayName: 'Mallory' };
const told = publication({ state: 'In Review' });

describe('one publication', () => {
  test('makes a comment, files, a link, a state and a mark; a second time nothing is written', async () => {
    const first = await publishTo(site, told);
    expect(first.url).toBe(`${site.fake.url}/browse/KAN-29`);
    expect(did(first)).toEqual([
      'file created',
      'file created',
      'comment created',
      'link created',
      'state updated',
      'mark created',
    ]);
    expect(standing(issue)).toMatchObject({
      comments: [{ author: dev }],
      files: [
        expect.stringMatching(/^report-[0-9a-f]{8}\.html$/),
        expect.stringMatching(/^up-01-expand-[0-9a-f]{8}\.sql$/),
      ],
      links: [{ url: 'https://git.example/acme/shop/pull/12', title: 'Pull request 12' }],
      publication: told.hash,
      status: 'In Review',
    });
    const before = writes(site).length;
    const second = await publishTo(site, told);
    expect(did(second)).toEqual([
      'file unchanged',
      'file unchanged',
      'comment unchanged',
      'link unchanged',
      'state unchanged',
    ]);
    expect(writes(site)).toHaveLength(before);
  });

  test('a preview says the same and writes nothing', async () => {
    const seen = await previewOf(site, told);
    expect(did(seen)).toEqual([
      'file created',
      'file created',
      'comment created',
      'link created',
      'state updated',
    ]);
    expect(seen.comment).toContain('All 1 claims are proven.');
    expect(writes(site)).toEqual([]);
  });

  test('another one changes the comment in place', async () => {
    await publishTo(site, told);
    const [made] = issue.comments!;
    const next = publication({
      hash: 'b'.repeat(64),
      report: { ...told.report, headline: 'Q1 is missed.' },
      state: 'In Review',
    });
    expect(did(await publishTo(site, next))).toContain('comment updated');
    expect(issue.comments).toHaveLength(1);
    expect([issue.comments![0]!.id, JSON.stringify(issue.comments![0]!.body)]).toEqual([
      made!.id,
      expect.stringContaining('Q1 is missed.'),
    ]);
  });
});

test('killed before or after any request, the next run completes it without a second anything', async () => {
  await publishTo(site, told);
  const whole = standing(issue);
  const total = site.fake.requests.length;
  expect(total).toBeGreaterThan(12);
  for (const sent of [false, true])
    for (let last = 1; last <= total; last++) {
      const kept: KeptIssue = { key: 'KAN-29', summary: 'Keep notes', description: null };
      site.fake.site.issues.splice(0, 1, kept);
      const killed = new Error('killed');
      let count = 0;
      const dying: typeof fetch = async (...request) => {
        count += 1;
        if (count > last) throw killed;
        if (count < last) return fetch(...request);
        if (sent) await (await fetch(...request)).arrayBuffer();
        throw killed;
      };
      await publishTo(site, told, {}, { fetch: dying }).catch(() => undefined);
      expect(count).toBeGreaterThanOrEqual(last);
      await publishTo(site, told);
      expect([sent, last, standing(kept)]).toEqual([sent, last, whole]);
    }
});

describe('the living comment', () => {
  const body = (): string => JSON.stringify(issue.comments);

  test('is found by its last line where the property is lost, or leads elsewhere', async () => {
    await publishTo(site, told);
    const [made] = issue.comments!;
    for (const value of [
      undefined,
      { dbd: 1, publication: 'x', comment: { id: '999', hash: 'y' } },
      'nonsense',
    ]) {
      issue.properties = value === undefined ? {} : { dbd: value };
      expect(did(await publishTo(site, told))).toContain('comment unchanged');
      expect(issue.comments).toEqual([made]);
      expect(issue.properties).toMatchObject({ dbd: { comment: { id: made!.id } } });
    }
  });

  test('is written anew where it was deleted', async () => {
    await publishTo(site, told);
    issue.comments = [];
    const again = await publishTo(site, told);
    expect(again.parts.find(({ what }) => what === 'comment')).toMatchObject({
      did: 'created',
      note: 'the earlier one is gone, or no longer ends with its mark',
    });
    expect(issue.comments).toHaveLength(1);
  });

  test('of another account is never edited, whatever it says and wherever the property leads', async () => {
    await publishTo(site, told);
    const [made] = issue.comments!;
    const forged = { ...made!, id: '15000', author: mallory };
    issue.comments = [forged];
    issue.properties = { dbd: { dbd: 1, publication: told.hash, comment: { id: '15000', hash: 'x' } } };
    await publishTo(site, told);
    expect(issue.comments[0]).toEqual(forged);
    expect(issue.comments.map(({ author }) => author.accountId)).toEqual([mallory.accountId, dev]);
  });

  test('is never a comment that the same account wrote by hand', async () => {
    const own = { accountId: dev, displayName: 'Dev' };
    const byHand = {
      id: '15000',
      author: own,
      created: '2026-11-01T09:00:00.000+0000',
      body: {
        type: 'doc',
        version: 1,
        content: [
          {
            type: 'paragraph',
            content: [{ type: 'text', text: 'See dbd-publication 0123456789abcdef of last week' }],
          },
        ],
      },
    };
    issue.comments = [byHand];
    issue.properties = { dbd: { dbd: 1, publication: told.hash, comment: { id: '15000', hash: 'x' } } };
    await publishTo(site, told);
    expect(issue.comments[0]).toEqual(byHand);
    expect(issue.comments).toHaveLength(2);
  });

  test('that somebody else edited is put right', async () => {
    await publishTo(site, told);
    const before = body();
    issue.comments = issue.comments!.map((comment) => ({ ...comment, editor: mallory }));
    const again = await publishTo(site, told);
    expect(again.parts.find(({ what }) => what === 'comment')?.did).toBe('updated');
    expect(
      JSON.stringify(issue.comments.map(({ editor: _editor, updated: _updated, ...rest }) => rest)),
    ).toBe(before);
  });

  test('is internal in a service desk, whose customers read comments', async () => {
    site.fake.site.issues.splice(0, 1, { ...issue, projectType: 'service_desk' });
    await publishTo(site, told);
    expect(site.fake.site.issues[0]!.comments![0]!.properties).toEqual([
      { key: 'sd.public.comment', value: { internal: true } },
    ]);
  });
});

describe('two runs at once', () => {
  /** Holds requests of this kind back until as many have come. */
  const together = (count: number, kind: RegExp): typeof fetch => {
    let waiting: (() => void)[] = [];
    let passed = false;
    return async (...request) => {
      const [url, init] = request;
      if (!passed && kind.test(`${init?.method ?? 'GET'} ${url as string}`))
        await new Promise<void>((go) => {
          waiting.push(go);
          if (waiting.length < count) return;
          passed = true;
          for (const each of waiting) each();
          waiting = [];
        });
      return fetch(...request);
    };
  };

  test.each([
    ['comment', /POST .*\/comment$/, told],
    ['attachments', /POST .*\/attachments$/, told],
    ['transition', /POST .*\/transitions$/, told],
    ['mark', /PUT .*\/properties/, told],
  ])('that meet at the %s leave one of each', async (_, kind) => {
    const meeting = together(2, kind);
    const runs = await Promise.all([
      publishTo(site, told, {}, { fetch: meeting }),
      publishTo(site, told, {}, { fetch: meeting }),
    ]);
    expect(runs).toHaveLength(2);
    expect([
      issue.comments!.length,
      issue.attachments!.length,
      issue.links!.length,
      issue.status?.name,
    ]).toEqual([1, 2, 1, 'In Review']);
    const before = writes(site).length;
    await publishTo(site, told);
    expect(writes(site).slice(before)).toEqual([]);
  });

  test('with different reports leave one comment with one of them, which the next run settles', async () => {
    const other = publication({
      hash: 'b'.repeat(64),
      report: { ...told.report, headline: 'Q1 is missed.' },
      state: 'In Review',
    });
    const meeting = together(2, /POST .*\/comment$/);
    await Promise.all([
      publishTo(site, told, {}, { fetch: meeting }),
      publishTo(site, other, {}, { fetch: meeting }),
    ]);
    expect(issue.comments).toHaveLength(1);
    await publishTo(site, other);
    expect(JSON.stringify(issue.comments)).toContain('Q1 is missed.');
    expect(issue.comments).toHaveLength(1);
  });
});
