import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fixture } from './mcp-fixture.ts';
import { modes, serve, token, type Served } from './mcp-modes.ts';

const made = fixture();
let served: Served;

beforeAll(async () => {
  served = await serve(made.commands);
});
afterAll(() => served.close());
beforeEach(() => {
  made.noted.length = 0;
  made.slow.length = 0;
});

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** One plain request; `fetch` would not send some of these headers. */
function ask(
  method: string,
  headers: Readonly<Record<string, string>>,
  body = '',
  path = '/mcp',
): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: served.url.port, path, method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const json = {
  authorization: `Bearer ${token}`,
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};

const modernMeta = (more: Record<string, unknown> = {}) => ({
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': { elicitation: {} },
  'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
  ...more,
});

async function raw(params: Record<string, unknown>, method = 'tools/call'): Promise<Record<string, unknown>> {
  const { text } = await ask(
    'POST',
    {
      ...json,
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...(typeof params['name'] === 'string' ? { 'mcp-name': params['name'] } : {}),
    },
    JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: modernMeta() } }),
  );
  return JSON.parse(text) as Record<string, unknown>;
}

const initialize = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
});

describe('a server on this machine', () => {
  it.each<[string, number, Record<string, string>]>([
    ['no token', 401, { authorization: '' }],
    ['a wrong token', 401, { authorization: `Bearer ${token}x` }],
    ['the token in another scheme', 401, { authorization: `Basic ${token}` }],
    ['the page of another site', 403, { origin: 'https://evil.example' }],
    ['a page without an origin', 403, { origin: 'null' }],
    ['a name that leads here', 403, { host: 'evil.example' }],
    ['a name like ours', 403, { host: 'localhost.evil.example' }],
    ['another content', 415, { 'content-type': 'text/plain' }],
  ])('refuses %s', async (_what, status, headers) => {
    const answered = await ask('POST', { ...json, ...headers }, initialize);
    expect(answered.status).toBe(status);
    expect(answered.text).not.toContain('serverInfo');
    expect(answered.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('answers pages of this machine and programs', async () => {
    const given: readonly Record<string, string>[] = [
      {},
      { origin: 'http://localhost:3000' },
      { host: `localhost:${served.url.port}` },
    ];
    for (const headers of given)
      expect((await ask('POST', { ...json, ...headers }, initialize)).status).toBe(200);
  });

  it.each([
    ['GET', '/', 404],
    ['POST', '/other', 404],
    ['PUT', '/mcp', 405],
    ['OPTIONS', '/mcp', 405],
    ['GET', '/mcp', 405],
    ['DELETE', '/mcp', 405],
  ])('has no use for %s %s', async (method, path, status) => {
    expect((await ask(method, json, '', path)).status).toBe(status);
  });

  it.each([
    ['nothing', ''],
    ['what is no JSON', '{"jsonrpc":'],
    ['what is no request', '[]'],
    ['another kind of request', '{"jsonrpc":"1.0","method":"tools/list"}'],
    [
      'arguments that are a list',
      '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"note","arguments":[1]}}',
    ],
  ])('refuses %s, and goes on', async (_what, body) => {
    const answered = await ask('POST', json, body);
    expect(answered.text).toMatch(/"error":/);
    expect((await ask('POST', json, initialize)).status).toBe(200);
  });

  it('refuses what is larger than 4 MiB, told or not', async () => {
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/list',
      params: { x: 'x'.repeat(5_000_000) },
    });
    expect((await ask('POST', { ...json, 'content-length': String(body.length) }, body)).status).toBe(413);
    const told = await ask('POST', { ...json, 'transfer-encoding': 'chunked' }, body).catch(() => ({
      status: 413,
    }));
    expect(told.status).toBe(413);
  });

  it('answers an unknown method and an unknown tool with the errors of the protocol', async () => {
    expect(await raw({}, 'tools/drop')).toMatchObject({ error: { code: -32601 } });
    expect(await raw({ name: 'drop_everything', arguments: {} })).toMatchObject({ error: { code: -32602 } });
  });

  it('ends sessions that nobody knows', async () => {
    const answered = await ask('POST', { ...json, 'mcp-session-id': 'made-up' }, initialize);
    expect(answered).toMatchObject({ status: 404, text: expect.stringContaining('session has ended') });
  });

  it('keeps thirty-two sessions, the newest ones', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 33; index += 1)
      ids.push(String((await ask('POST', json, initialize)).headers['mcp-session-id']));
    expect(new Set(ids).size).toBe(33);
    const listed = async (id: string) =>
      ask(
        'POST',
        { ...json, 'mcp-session-id': id, 'mcp-protocol-version': '2025-11-25' },
        '{"jsonrpc":"2.0","id":2,"method":"tools/list"}',
      );
    expect((await listed(ids[0]!)).status).toBe(404);
    const last = await listed(ids.at(-1)!);
    expect(last).toMatchObject({ status: 200, text: expect.stringContaining('wait_long') });
    expect((await ask('DELETE', { ...json, 'mcp-session-id': ids.at(-1)! })).status).toBe(200);
    expect((await listed(ids.at(-1)!)).status).toBe(404);
  });

  it('serves two clients of both protocols at once, each with its own name', async () => {
    const yes = () => ({ action: 'accept' as const, content: { confirm: true } });
    const [first, second] = await Promise.all([
      modes['over HTTP, 2026']!(served, yes),
      modes['over HTTP, the old client']!(served, yes),
    ]);
    const results = await Promise.all([
      first.call('wait_long', {}),
      second.call('wait_long', {}),
      first.call('note', { name: 'a' }),
      second.call('note', { name: 'b' }),
    ]);
    expect(results.map(({ isError }) => isError ?? false)).toEqual([false, false, false, false]);
    expect(made.noted.toSorted()).toEqual(['a by tester 2', 'b by tester 1']);
    await Promise.all([first.close(), second.close()]);
  });

  it('stops what a client asked for that vanished', async () => {
    const client = await modes['over HTTP, 2026']!(served);
    const lost = client.call('wait_long', {}).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 60));
    await client.close();
    await lost;
    await expect.poll(() => made.slow, { timeout: 5000 }).toEqual(['stopped']);
  });

  it('answers at most thirty-two requests at once', async () => {
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'hold', arguments: {}, _meta: modernMeta() },
    });
    const headers = {
      ...json,
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': 'hold',
    };
    const came: number[] = [];
    const all = Promise.all(
      Array.from({ length: 40 }, async () => came.push((await ask('POST', headers, body)).status)),
    );
    await expect.poll(() => came, { timeout: 20_000 }).toEqual(Array(8).fill(503));
    made.release();
    await all;
    expect(came.slice(8)).toEqual(Array(32).fill(200));
  });
});

describe('an answer that is sent again', () => {
  const params = { name: 'note', arguments: { name: 'x' } };
  const inputResponses = { confirm: { action: 'accept', content: { confirm: true } } };

  it('does nothing', async () => {
    const { result: asked } = (await raw(params)) as { result: { resultType: string; requestState: string } };
    expect(asked).toMatchObject({
      resultType: 'input_required',
      inputRequests: { confirm: { method: 'elicitation/create' } },
    });
    const again = { ...params, inputResponses, requestState: asked.requestState };
    expect(await raw(again)).toMatchObject({ result: { resultType: 'complete' } });
    expect(made.noted).toEqual(['x by raw 1']);
    expect(await raw(again)).toMatchObject({
      result: { isError: true, structuredContent: { error: { code: 'policy.confirm' } } },
    });
    expect(made.noted).toHaveLength(1);
  });

  it('does nothing for other arguments, without a question, or with a made-up one', async () => {
    const { result: asked } = (await raw(params)) as { result: { requestState: string } };
    for (const wrong of [
      { ...params, arguments: { name: 'y' }, inputResponses, requestState: asked.requestState },
      { ...params, inputResponses },
      { ...params, inputResponses, requestState: 'made.up' },
      { ...params, requestState: asked.requestState },
      { ...params, arguments: { name: 'x', confirm: true } },
    ])
      expect(await raw(wrong)).toMatchObject({ result: { isError: true } });
    expect(made.noted).toEqual([]);
  });
});
