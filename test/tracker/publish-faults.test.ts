import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DbdError } from '../../src/base/error.ts';
import { fakeJira } from '../../src/tracker/jira/fake/fake-jira.ts';
import type { KeptIssue } from '../../src/tracker/jira/fake/model.ts';
import { errorShape } from '../../src/tracker/jira/fake/shapes.ts';
import { did, publication, publishTo, settingsFor, workflow, type Site } from './publish-words.ts';

let site: Site;
let issue: KeptIssue;
beforeEach(async () => {
  issue = { key: 'KAN-29', summary: 'Keep notes', description: null };
  site = { fake: await fakeJira({ issues: [issue], workflow }), waits: [], events: [] };
});
afterEach(() => site.fake.close());

const told = publication({ state: 'In Progress' });

type Answer = (response: ServerResponse) => void;

/** The site answers so to requests of a method whose path ends so; the first `times` times. */
function answers(method: string, ends: string, answer: Answer, times = 1): void {
  let left = times;
  site.fake.faults.push((request, response) => {
    if (!matches(request, method, ends) || left <= 0) return false;
    left -= 1;
    request.resume().once('end', () => answer(response));
    return true;
  });
}

/** The site does what it is asked, and the answer gets lost. */
function loses(method: string, ends: string, times = 1): void {
  let left = times;
  site.fake.faults.push((request, response) => {
    if (!matches(request, method, ends) || left <= 0) return false;
    left -= 1;
    response.end = (() => response.socket?.resetAndDestroy()) as never;
    response.writeHead = (() => response) as never;
    return false;
  });
}

const matches = (request: IncomingMessage, method: string, ends: string): boolean =>
  request.method === method && (request.url ?? '').split('?')[0]!.endsWith(ends);

const status =
  (code: number, body: object = errorShape(), headers: Record<string, string> = {}): Answer =>
  (response) =>
    void response.writeHead(code, headers).end(JSON.stringify(body));

const count = (method: string, ends: string): number =>
  site.fake.requests.filter((request) => request.method === method && request.path.endsWith(ends)).length;

async function refused(): Promise<DbdError> {
  const error = await publishTo(site, told).then(
    () => expect.fail('it was published'),
    (cause: unknown) => cause,
  );
  if (!(error instanceof DbdError)) throw error;
  expect(JSON.stringify([error.message, error.hint, site.events])).not.toContain('token-1');
  return error;
}

const whole = (): unknown[] => [
  issue.comments?.length,
  issue.attachments?.length,
  issue.links?.length,
  issue.status?.name,
];
const complete = [1, 2, 1, 'In Progress'];

describe('an answer that got lost', () => {
  test.each([
    ['POST', '/comment'],
    ['POST', '/attachments'],
    ['POST', '/remotelink'],
    ['POST', '/transitions'],
  ])('of %s %s is looked for before it is sent again', async (method, ends) => {
    loses(method, ends);
    await publishTo(site, told);
    expect(whole()).toEqual(complete);
    expect(count(method, ends)).toBe(method === 'POST' && ends === '/attachments' ? 2 : 1);
  });

  test('of a PUT is sent again', async () => {
    loses('PUT', '/properties/dbd');
    await publishTo(site, told);
    expect([whole(), count('PUT', '/properties/dbd')]).toEqual([complete, 2]);
  });

  test.each([502, 503, 504])('to %i, too: what was done is not done again, what was not is', async (code) => {
    answers('POST', '/comment', status(code));
    await publishTo(site, told);
    expect([whole(), count('POST', '/comment')]).toEqual([complete, 2]);
  });

  test('to silence is looked for after the time limit', async () => {
    site.fake.faults.push(
      (request) => matches(request, 'POST', '/comment') && count('POST', '/comment') === 1,
    );
    const impatient: typeof fetch = (input, init) =>
      fetch(input, {
        ...init,
        ...(init?.method === 'POST' && (input as string).endsWith('/comment')
          ? { signal: AbortSignal.timeout(150) }
          : {}),
      });
    await publishTo(site, told, {}, { fetch: impatient });
    expect([whole(), count('POST', '/comment')]).toEqual([complete, 2]);
  });

  test('four times is told, and the next run completes it', async () => {
    answers('POST', '/comment', (response) => response.socket?.resetAndDestroy(), 4);
    expect(await refused()).toMatchObject({
      code: 'tracker.unreachable',
      message: `${site.fake.url} cannot be reached: the connection broke.`,
    });
    await publishTo(site, told);
    expect(whole()).toEqual(complete);
  });
});

describe('limits of rate', () => {
  const limited = (headers: Record<string, string>): Answer => status(429, errorShape(), headers);

  test.each([
    ['jira-burst-based', 'too many requests of this kind within a second (jira-burst-based)'],
    [
      'jira-per-issue-on-write',
      'too many writes to this issue within a short time (jira-per-issue-on-write)',
    ],
    ['jira-quota-tenant-based', 'the quota of this hour on this site is used up (jira-quota-tenant-based)'],
    ['jira-new-thing', 'it limits the rate of requests (jira-new-thing)'],
  ])('%s is explained and waited for', async (reason, says) => {
    answers('POST', '/comment', limited({ 'Retry-After': '3', 'RateLimit-Reason': reason }));
    await publishTo(site, told);
    expect(whole()).toEqual(complete);
    expect(site.waits).toEqual([3000]);
    expect(site.events).toContainEqual({
      kind: 'note',
      text: `Jira is asked again in 3.0 s: ${says} (try 2 of 4).`,
    });
  });

  test('a quota of the hour is not waited for, and what to do is said', async () => {
    answers('POST', '/comment', limited({ 'RateLimit-Reason': 'jira-quota-global-based' }), 9);
    expect(await refused()).toMatchObject({
      code: 'tracker.busy',
      message: `${site.fake.url} does not answer now (429): the quota of this hour, which all sites of an app share, is used up (jira-quota-global-based); it was asked once.`,
      hint: 'Try again later; what was done already is not done twice. It is filled again at the full hour. Quotas bind apps with OAuth; a plain API token has none.',
    });
    expect(site.waits).toEqual([]);
  });

  test('moments are read by the clock of the server, which may be years from ours', async () => {
    const date = new Date('2001-01-01T00:00:00Z');
    const later = (seconds: number): Date => new Date(date.getTime() + seconds * 1000);
    answers('POST', '/comment', limited({ Date: date.toUTCString(), 'Retry-After': later(5).toUTCString() }));
    answers(
      'POST',
      '/remotelink',
      limited({ Date: date.toUTCString(), 'X-RateLimit-Reset': later(7).toISOString() }),
    );
    await publishTo(site, told);
    expect([site.waits, whole()]).toEqual([[5000, 7000], complete]);
  });
});

describe('refusals', () => {
  test('409 is tried again, and told in Jira’s words when it stays', async () => {
    answers('POST', '/transitions', status(409, errorShape('Conflict')), 1);
    await publishTo(site, told);
    expect([whole(), count('POST', '/transitions')]).toEqual([complete, 2]);
    answers('PUT', '/properties/dbd', status(409, errorShape('Locked by a rule.')), 9);
    const { parts } = await publishTo(site, publication({ hash: 'c'.repeat(64), state: 'In Progress' }));
    expect(parts.at(-1)).toMatchObject({
      what: 'mark',
      did: 'left-alone',
      note: `${site.fake.url} says that the mark of dbd on KAN-29 met another change (409): Locked by a rule.`,
    });
  });

  test('413 of files and links is told and the rest goes on; of the comment it ends the run', async () => {
    answers(
      'POST',
      '/attachments',
      status(413, errorShape('The issue has reached its limit of attachments.')),
      1,
    );
    answers('POST', '/remotelink', status(413), 1);
    const first = await publishTo(site, told);
    expect(did(first)).toEqual([
      'file left-alone',
      'file created',
      'comment created',
      'link left-alone',
      'state updated',
      'mark created',
    ]);
    expect(first.parts[0]!.note).toMatch(
      /takes no more for the attachment report-.*: it is too large, or the issue holds as many as Jira allows \(413\): The issue has reached/,
    );
    issue.comments = [];
    answers('POST', '/comment', status(413), 1);
    expect(await refused()).toMatchObject({
      code: 'tracker.refused',
      hint: 'Delete comments, files or links that nobody needs, or publish to another issue with --to.',
    });
  });

  test('files above the limit of the site are not sent', async () => {
    await site.fake.close();
    for (const [uploadLimit, note] of [
      [16, 'it has 23 bytes; this site takes 16'],
      [0, 'attachments are switched off on this site'],
    ] as const) {
      issue = { key: 'KAN-29', summary: 'Keep notes', description: null };
      site = { ...site, fake: await fakeJira({ issues: [issue], workflow, uploadLimit }) };
      const { parts } = await publishTo(site, told);
      expect(parts.filter(({ did: outcome }) => outcome === 'left-alone').at(-1)).toMatchObject({ note });
      if (uploadLimit === 0) break;
      expect(issue.attachments).toHaveLength(1);
      await site.fake.close();
    }
  });

  test('403 names the permissions; 400 and 422 Jira’s own words', async () => {
    answers('POST', '/comment', status(403, errorShape('No permission to comment.')));
    expect(await refused()).toMatchObject({
      code: 'tracker.denied',
      message: `${site.fake.url} does not allow this account to write a comment on KAN-29 (403): No permission to comment.`,
    });
    for (const code of [400, 422]) {
      answers('POST', '/comment', status(code, { errorMessages: [], errors: { comment: 'INVALID_INPUT' } }));
      expect((await refused()).message).toMatch(
        new RegExp(`rejects the request for a comment on KAN-29 \\(${code}\\): comment: INVALID_INPUT\\.$`),
      );
    }
  });

  test('a redirect of a write is not followed', async () => {
    answers('POST', '/comment', status(307, {}, { location: 'https://other.example/steal' }));
    expect((await refused()).message).toMatch(/leads elsewhere \(other\.example\)\.$/);
  });
});

describe('credentials', () => {
  test('that have expired are called so', async () => {
    answers('GET', '/issue/KAN-29', status(401, { message: 'Token has expired' }), 9);
    answers('GET', '/_edge/tenant_info', status(404), 9);
    expect(await refused()).toMatchObject({
      code: 'tracker.denied',
      message: `The token for ${site.fake.url} has expired (401): Token has expired.`,
      hint: 'Make a new one at id.atlassian.com under Security, API tokens; a token lives a year at most.',
    });
  });

  test('that are those of nobody are told as that, not as an issue that is missing', async () => {
    answers('GET', '/issue/KAN-29', status(404, errorShape('Issue does not exist.')), 9);
    answers('GET', '/myself', status(401, errorShape('The token has expired.')), 9);
    answers('GET', '/_edge/tenant_info', status(404), 9);
    const { jiraTracker } = await import('../../src/tracker/jira/jira.ts');
    await expect(jiraTracker().load('KAN-29', settingsFor(site))).rejects.toMatchObject({
      code: 'tracker.denied',
      message: `The token for ${site.fake.url} has expired (401): The token has expired.`,
    });
  });

  test('that expire in the middle end the run; the next one completes it', async () => {
    answers('POST', '/remotelink', status(401), 9);
    answers('GET', '/_edge/tenant_info', status(404), 9);
    expect((await refused()).message).toMatch(/does not accept the e-mail and token \(401\)\.$/);
    site.fake.faults.splice(0);
    await publishTo(site, told);
    expect(whole()).toEqual(complete);
  });

  test('behind a picture puzzle ask for a browser', async () => {
    answers('GET', '/issue/KAN-29', status(401, {}, { 'X-Seraph-LoginReason': 'AUTHENTICATION_DENIED' }), 9);
    answers('GET', '/_edge/tenant_info', status(404), 9);
    expect((await refused()).hint).toBe('Log in once in a browser, then try again.');
  });
});
