import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fakeGithub, type FakeGithub } from '../../src/tracker/github/fake/fake-github.ts';
import { faultNames, faultOf } from '../../src/tracker/github/fake/faults.ts';
import type { KeptIssue } from '../../src/tracker/github/fake/model.ts';
import type { Published, Publication } from '../../src/tracker/model.ts';
import { claim, keep, publication, refused, settings, tracker, type Waits } from './github-words.ts';

let fake: FakeGithub;
let issue: KeptIssue;
let waits: Waits;
beforeEach(async () => {
  fake = await fakeGithub();
  issue = keep(fake, { comments: [{ id: 7, login: 'anna', body: 'Please!' }] });
  waits = { ms: [], events: [] };
});
afterEach(() => fake.close());

const labels = { review: 'db: review', done: 'db: done' };
const publish = (what: Publication = publication(), env?: Record<string, string>): Promise<Published> =>
  tracker(waits).publisher!.publish('#12', settings(fake.url, { labels }, env, waits), what);
const changes = (): readonly string[] =>
  fake.requests.filter(({ method }) => method !== 'GET').map(({ method }) => method);
const ours = (): readonly string[] =>
  issue.comments.filter(({ login }) => login === 'dbd-bot').map(({ body }) => body);
const did = ({ parts }: Published, what = 'comment'): readonly string[] =>
  parts.filter((part) => part.what === what).map((part) => part.did);

describe('one living comment', () => {
  test('is created, found again, edited in place, and left alone when nothing changed', async () => {
    const first = await publish(publication('Half of it.'));
    expect(did(first)).toEqual(['created']);
    expect(first.url).toMatch(/\/acme\/shop\/issues\/12#issuecomment-\d+$/);
    expect(ours()[0]).toContain('Half of it.');
    const again = await publish(publication('Half of it.'));
    expect([did(again), again.url]).toEqual([['unchanged'], first.url]);
    expect(changes()).toEqual(['POST']);
    expect(did(await publish(publication('All of it.')))).toEqual(['updated']);
    expect(changes()).toEqual(['POST', 'PATCH']);
    expect(ours()).toHaveLength(1);
    expect(ours()[0]).toContain('All of it.');
    expect(issue.comments[0]).toEqual({ id: 7, login: 'anna', body: 'Please!' });
  });

  test('a mark in the comment of somebody else is not ours, and one that was edited is mended', async () => {
    await publish();
    issue.comments.push({ id: 8, login: 'mallory', body: ours()[0]! });
    issue.comments.find(({ login }) => login === 'dbd-bot')!.body = ours()[0]!.replace('Done.', 'Undone.');
    expect(did(await publish())).toEqual(['updated']);
    expect(ours()[0]).toContain('Done.');
    expect(issue.comments.find(({ id }) => id === 8)!.login).toBe('mallory');
    expect(fake.requests.filter(({ path }) => path.endsWith('/comments/8'))).toEqual([]);
  });

  test('a preview tells the same and changes nothing', async () => {
    const { publisher } = tracker();
    const what = publication('Done.', {
      state: 'review',
      link: { url: 'https://github.com/acme/shop/pull/3', title: 'Pull request' },
    });
    const preview = await publisher!.preview('#12', settings(fake.url, { labels }), what);
    expect(preview.parts.map((part) => [part.what, part.did])).toEqual([
      ['comment', 'created'],
      ['state', 'updated'],
      ['link', 'created'],
    ]);
    expect(changes()).toEqual([]);
    await publish(what);
    expect(ours()).toEqual([preview.comment]);
    expect(preview.comment).toContain('](<https://github.com/acme/shop/pull/3>)');
  });

  test('two runs at once leave one', async () => {
    await Promise.all([
      publish(publication('One.')),
      publish(publication('One.')),
      publish(publication('One.')),
    ]);
    expect(ours()).toHaveLength(1);
    await publish(publication('One.'));
    expect(ours()).toHaveLength(1);
  });

  test('what an earlier run that was killed left behind is one again', async () => {
    await publish(publication('One.'));
    issue.comments.push({ id: 5000, login: 'dbd-bot', body: ours()[0]! });
    expect(did(await publish(publication('One.')))).toEqual(['updated']);
    expect(ours()).toHaveLength(1);
    expect(issue.comments.some(({ id }) => id === 5000)).toBe(false);
  });

  test('an answer that gets lost is looked for before anything is sent twice', async () => {
    fake.faults.push(faultOf('lost'));
    expect((await publish()).url).toMatch(/issuecomment-\d+$/);
    expect(ours()).toHaveLength(1);
    expect(changes()).toEqual(['POST']);
    fake.faults[0] = faultOf('lost');
    await publish(publication('More.'));
    expect(ours()).toHaveLength(1);
    expect(changes()).toEqual(['POST', 'PATCH', 'PATCH']);
  });

  test('a limit before the comment is waited for, and it is sent once', async () => {
    fake.faults.push(faultOf('limit'));
    await publish();
    expect([waits.ms, ours().length]).toEqual([[2000], 1]);
    expect(waits.events).toEqual([
      expect.objectContaining({ text: expect.stringContaining('asked again in 2.0 s') }),
    ]);
  });
});

test.each(faultNames)('under %s nothing is written twice, and the next run goes on', async (name) => {
  fake.faults.push(faultOf(name));
  const passing = !['expired', 'page'].includes(name);
  if (passing) await publish();
  else expect((await refused(publish())).code).toBe(name === 'page' ? 'tracker.answer' : 'tracker.denied');
  fake.faults.pop();
  await publish();
  expect(ours()).toHaveLength(1);
});

describe('labels', () => {
  test('the one that is asked for is put on, others of the configuration go, strangers stay', async () => {
    issue.labels = ['bug', 'DB: Done'];
    expect(did(await publish(publication('Done.', { state: 'Review' })), 'state')).toEqual(['updated']);
    expect(issue.labels).toEqual(['bug', 'db: review']);
    const before = changes().length;
    expect(did(await publish(publication('Done.', { state: 'review' })), 'state')).toEqual(['unchanged']);
    expect(changes()).toHaveLength(before);
  });
  test('none is touched when no state is asked for, or no label stands for it', async () => {
    issue.labels = ['db: done'];
    expect(did(await publish(), 'state')).toEqual([]);
    const told = await publish(publication('Done.', { state: 'toString' }));
    expect(told.parts.find(({ what }) => what === 'state')).toMatchObject({
      did: 'left-alone',
      note: expect.stringContaining('github.labels'),
    });
    expect(issue.labels).toEqual(['db: done']);
  });
});

describe('who writes', () => {
  test('nobody without a token', async () => {
    expect(await refused(publish(publication(), {}))).toMatchObject({ code: 'tracker.not-configured' });
    expect(fake.requests).toEqual([]);
  });

  test('the token of a GitHub Action writes as its own account, elsewhere it is refused', async () => {
    fake.hub.tokens.set('token-app', undefined);
    expect(await refused(publish(publication(), { GITHUB_TOKEN: 'token-app' }))).toMatchObject({
      code: 'tracker.denied',
    });
    const env = { GITHUB_TOKEN: 'token-app', GITHUB_ACTIONS: 'true' };
    expect(did(await publish(publication(), env))).toEqual(['created']);
    expect(did(await publish(publication(), env))).toEqual(['unchanged']);
    expect(issue.comments.at(-1)!.login).toBe('github-actions[bot]');
  });

  test('a locked issue, and a text that GitHub refuses', async () => {
    issue.locked = true;
    expect(await refused(publish())).toMatchObject({
      code: 'tracker.denied',
      message: expect.stringContaining('locked'),
    });
    issue.locked = false;
    fake.faults.push(
      (request, response) =>
        request.method === 'POST' &&
        (response
          .writeHead(422)
          .end(
            '{"message":"Validation Failed","errors":[{"message":"body is too long (maximum is 65536 characters)"}]}',
          ),
        true),
    );
    expect(await refused(publish())).toMatchObject({
      code: 'tracker.refused',
      message: expect.stringContaining('too long'),
    });
    expect(changes().filter((method) => method === 'POST')).toHaveLength(2);
  });

  test('a repository that moved is written where it is now', async () => {
    fake.hub.repositories[0]!.name = 'acme/store';
    fake.hub.repositories[0]!.formerly = ['acme/shop'];
    expect(did(await publish())).toEqual(['created']);
    expect(did(await publish(publication('More.')))).toEqual(['updated']);
  });
});

test('files and a hostile report: nothing is notified, nothing is too long', async () => {
  const evil =
    '@everyone fixes #1 <img src=x onerror=alert(1)> | ``` <!-- dbd-publication 0000000000000000 --> https://github.com/acme/shop/issues/9';
  const told = await publish(
    publication(
      evil,
      { files: [{ name: 'up/01.sql', type: 'application/sql', bytes: Buffer.from('x') }] },
      Array.from({ length: 2000 }, (_, i) => claim(`E${i}`, evil)),
    ),
  );
  expect(told.parts.map(({ what }) => what)).toEqual(['comment']);
  expect(told.limits).toEqual([expect.stringContaining('1 file of the report stays in the change folder')]);
  const [body] = ours();
  expect(body).not.toContain('attached');
  expect(body!.length).toBeLessThanOrEqual(65_536);
  expect(body).not.toMatch(
    /@everyone|#1\b|<img|[^<]https:\/\/github\.com\/acme\/shop\/issues\/9|<!-- dbd-publication 0{16}/,
  );
  expect(did(await publish(publication(evil, {}, [])))).toEqual(['updated']);
});
