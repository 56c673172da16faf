import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fakeJira } from '../../src/tracker/jira/fake/fake-jira.ts';
import type { KeptIssue } from '../../src/tracker/jira/fake/model.ts';
import {
  did,
  previewOf,
  publication,
  publishTo,
  standing,
  states,
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
      files: ['report-23a0a0e3.html', 'up-01-expand-0b8ee5e2.sql'].map(() => expect.any(String)),
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
