import { createServer } from 'node:net';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DbdError } from '../../src/base/error.ts';
import type { Event } from '../../src/base/event.ts';
import { jiraTracker, type Manner } from '../../src/tracker/jira/jira.ts';
import type { LoadedTask } from '../../src/tracker/model.ts';
import { fakeJira, type FakeJira } from '../../src/tracker/jira/fake/fake-jira.ts';
import { errorShape } from '../../src/tracker/jira/fake/shapes.ts';

let fake: FakeJira;
let events: Event[];
let waits: number[];
beforeEach(async () => {
  fake = await fakeJira({
    issues: [
      {
        key: 'KAN-29',
        summary: 'Notes',
        description: null,
        attachments: [{ id: '1', filename: 'task.dbd.yaml', content: 'dbd: 1\n' }],
      },
    ],
  });
  events = [];
  waits = [];
});
afterEach(() => fake.close());

interface Call {
  readonly site?: string;
  readonly token?: string;
  readonly cloudId?: string;
  readonly manner?: Manner;
  readonly signal?: AbortSignal;
}

function load(call: Call = {}): Promise<LoadedTask> {
  const wait = async (ms: number): Promise<void> => void waits.push(ms);
  return jiraTracker({ gateway: fake.url, wait, random: () => 0.5, ...call.manner }).load('KAN-29', {
    config: {
      current: { kind: 'none' },
      jira: {
        site: call.site ?? fake.url,
        kind: 'cloud',
        email: { text: fake.site.email },
        tokenVariable: 'T',
        authors: [],
        ...(call.cloudId === undefined ? {} : { cloudId: call.cloudId }),
      },
    },
    cwd: '.',
    env: { T: call.token ?? fake.site.classicToken },
    fetch,
    emit: (event) => void events.push(event),
    signal: call.signal ?? new AbortController().signal,
  });
}

async function refused(call?: Call): Promise<DbdError> {
  const error = await load(call).then(
    () => expect.fail('it was read'),
    (cause: unknown) => cause,
  );
  if (!(error instanceof DbdError)) throw error;
  const shown = JSON.stringify([error.message, error.hint, error.details, events]);
  const basic = Buffer.from(`${fake.site.email}:${fake.site.classicToken}`).toString('base64');
  for (const secret of ['token-1', basic]) expect(shown).not.toContain(secret);
  return error;
}

/** The site answers so to requests whose path holds a text; the first `times` times. */
function answers(holds: string, answer: (response: ServerResponse) => void, times = Infinity): void {
  let left = times;
  fake.faults.push((request, response) => {
    if (!(request.url ?? '').includes(holds) || left <= 0) return false;
    left -= 1;
    answer(response);
    return true;
  });
}

const status =
  (code: number, body: object | string = errorShape(), headers: Record<string, string> = {}) =>
  (response: ServerResponse): void =>
    void response.writeHead(code, headers).end(typeof body === 'string' ? body : JSON.stringify(body));

describe('statuses', () => {
  test.each<[number, object | string, string, RegExp, RegExp]>([
    [
      400,
      errorShape('The key is odd.'),
      'tracker.refused',
      /rejects the request for the issue KAN-29 \(400\): The key is odd\.$/,
      /key/,
    ],
    [
      400,
      { errorMessages: [], errors: { description: 'exceeds the limit' } },
      'tracker.refused',
      /description: exceeds/,
      /key/,
    ],
    [
      403,
      errorShape(),
      'tracker.denied',
      /does not allow this account to read the issue KAN-29 \(403\)\.$/,
      /permission/,
    ],
    [
      410,
      errorShape('The requested API has been removed.'),
      'tracker.refused',
      /no longer offers .*\(410\): The requested API/,
      /newer dbd/,
    ],
    [413, '', 'tracker.refused', /too large \(413\)\.$/, /split/],
    [418, '<html>', 'tracker.refused', /status 418\.$/, /file/],
    [500, 'oops', 'tracker.busy', /status 500\.$/, /status\.atlassian\.com/],
  ])('%i %j', async (code, body, expected, message, hint) => {
    answers('/issue/', status(code, body));
    const error = await refused();
    expect(error.code).toBe(expected);
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
    expect(waits).toEqual([]);
  });

  test('401 of a wrong token, and of a scoped one whose gateway refuses too', async () => {
    const wrong = await refused({ token: 'nonsense' });
    expect([wrong.code, wrong.message]).toEqual([
      'tracker.denied',
      `${fake.url} does not accept the e-mail and token (401).`,
    ]);
    expect(wrong.hint).toMatch(/token has not expired; a token with scopes needs `cloud_id`/);
    const scoped = await refused({ token: 'nonsense', cloudId: fake.site.cloudId });
    expect(scoped.hint).toMatch(/read:jira-work/);
    answers('tenant_info', status(404));
    expect((await refused({ token: fake.site.scopedToken })).hint).toMatch(/cloud_id/);
  });

  test('a credential that the server sends back is hidden, and so are control characters', async () => {
    answers('/issue/', status(400, errorShape(`bad \u001b[31m${fake.site.classicToken}`)));
    expect((await refused()).message).toMatch(/\(400\): bad \[31m\*\*\*\.$/);
  });
});

describe('patience', () => {
  test('429 is asked again after the time it names, with jitter, and the reason is told', async () => {
    const limited = status(429, '', { 'Retry-After': '2', 'RateLimit-Reason': 'jira-burst-based' });
    answers('/issue/', limited, 3);
    expect((await load()).name).toBe('KAN-29');
    expect(waits).toEqual([2500, 2500, 2500]);
    expect(events).toContainEqual({
      kind: 'note',
      text: 'Jira is asked again in 2.5 s: too many requests of this kind within a second (jira-burst-based) (try 4 of 4).',
    });
  });

  test('four tries are all; 503 without a time waits longer each time', async () => {
    answers('/issue/', status(503));
    const error = await refused();
    expect([error.code, error.message]).toEqual([
      'tracker.busy',
      `${fake.url} does not answer now (503): it is not available; it was asked 4 times.`,
    ]);
    expect(waits).toEqual([1250, 2500, 5000]);
    expect(fake.requests).toHaveLength(4);
  });

  test('a wait of an hour is not waited', async () => {
    answers('/issue/', status(429, '', { 'Retry-After': '3600' }));
    const error = await refused();
    expect(error.message).toMatch(/it limits the rate of requests; it was asked once\.$/);
    expect(error.hint).toBe('Try again in 3600 s, or give the task as a file.');
    expect(waits).toEqual([]);
  });

  test('a connection that breaks is tried again', async () => {
    answers('/issue/', (response) => response.socket?.resetAndDestroy(), 2);
    expect((await load()).name).toBe('KAN-29');
    expect(waits).toHaveLength(2);
  });

  test('the caller can stop while it waits', async () => {
    answers('/issue/', status(429, '', { 'Retry-After': '30' }));
    const stop = new AbortController();
    const work = load({ signal: stop.signal, manner: { wait: undefined as never } });
    setTimeout(() => stop.abort(), 100);
    await expect(work).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('answers that are not Jira’s', () => {
  test.each<[string, (response: ServerResponse) => void, RegExp]>([
    [
      'a web page',
      status(200, '<!doctype html><title>Log in</title>', { 'content-type': 'text/html' }),
      /is a web page instead of JSON\.$/,
    ],
    ['half of its JSON', status(200, '{"key": "KAN-29", "fie'), /is not whole JSON\.$/],
    ['other JSON', status(200, { hello: 1 }), /is not an issue\.$/],
    ['a list', status(200, '[]'), /is not an issue\.$/],
    [
      'a body that stops',
      (response) => {
        response.writeHead(200, { 'content-length': '1000' }).write('{"key"');
        setTimeout(() => response.socket?.destroy(), 50);
      },
      /ended in the middle\.$/,
    ],
    ['an endless body', (response) => endless(response), /is larger than 32768 KiB\.$/],
    [
      'a way elsewhere',
      status(302, '', { location: 'https://other.example/x' }),
      /leads elsewhere \(other\.example\)\.$/,
    ],
  ])('%s', async (_, answer, message) => {
    answers('/issue/', answer);
    const error = await refused();
    expect(error.code).toBe('tracker.answer');
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(/login page/);
  });

  test('a way to a login', async () => {
    answers('/issue/', status(302, '', { location: 'https://id.atlassian.com/login?continue=x' }));
    expect(await refused()).toMatchObject({
      code: 'tracker.denied',
      message: `${fake.url} asks to log in before it shows the issue KAN-29.`,
    });
  });

  test('an attachment that leads to a file of this machine, or in circles', async () => {
    answers('/attachment/', status(303, '', { location: 'file:///etc/passwd' }), 1);
    expect((await refused()).message).toMatch(/leads to an address that is not https\.$/);
    answers('/media/', status(303, '', { location: '/media/1' }));
    expect((await refused()).message).toMatch(/leads elsewhere/);
    expect(
      fake.requests.filter(({ path }) => path.startsWith('/media/')).every(({ authorized }) => !authorized),
    ).toBe(true);
  });
});

describe('networks', () => {
  test('a name that nobody knows', async () => {
    expect(await refused({ site: 'https://no-such-site.invalid' })).toMatchObject({
      code: 'tracker.unreachable',
      message: 'https://no-such-site.invalid cannot be reached: its name is not known.',
    });
  });

  test('a port where nothing listens', async () => {
    const site = fake.url;
    await fake.close();
    expect((await refused({ site })).message).toMatch(/nothing answers at this address\.$/);
  });

  test('a server without encryption behind https', async () => {
    const error = await refused({ site: fake.url.replace('http:', 'https:') });
    expect(error.message).toMatch(/its certificate or encryption is not trusted\.$/);
    expect(error.hint).toMatch(/NODE_EXTRA_CA_CERTS/);
  });

  test('a server that says nothing, or stops in the middle of a body', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    const site = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    expect((await refused({ site, manner: { timeoutMs: 200 } })).message).toMatch(
      /did not answer in time\.$/,
    );
    silent.close();
    answers('/issue/', (response) => void response.writeHead(200).write('{'));
    expect((await refused({ manner: { timeoutMs: 200 } })).message).toMatch(/did not answer in time\.$/);
  });
});

function endless(response: ServerResponse): void {
  const part = Buffer.alloc(1024 * 1024, 32);
  response.writeHead(200);
  const more = (): void => {
    if (response.destroyed) return;
    if (response.write(part)) setImmediate(more);
    else response.once('drain', more);
  };
  more();
}
