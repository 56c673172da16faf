/** A GitHub on loopback, as far as dbd asks: issues, comments, labels, its limits and its refusals. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answer } from './answer.ts';
import type { Fault, Hub } from './model.ts';

export interface FakeGithub {
  /** `http://127.0.0.1:49152`, to be named as `github.host`. */
  readonly url: string;
  readonly hub: Hub;
  /** Method and path of every request, and whether a token came along. */
  readonly requests: { readonly method: string; readonly path: string; readonly authorized: boolean }[];
  /** Answers that go before the hub's own. */
  readonly faults: Fault[];
  close(): Promise<void>;
}

/** Starts one; `port` 0 takes any that is free. */
export async function fakeGithub(given: Partial<Hub> = {}, port = 0): Promise<FakeGithub> {
  const hub: Hub = { tokens: new Map([['token-1', 'dbd-bot']]), repositories: [], ...given };
  const requests: FakeGithub['requests'] = [];
  const faults: Fault[] = [];
  let url = '';
  const server = createServer((request, response) => {
    const authorized = request.headers.authorization !== undefined;
    requests.push({ method: request.method ?? 'GET', path: request.url ?? '/', authorized });
    let lost = false;
    for (const fault of faults) {
      const did = fault(request, response);
      if (did === true) return;
      if (did === 'lost') lost = true;
    }
    void bodyOf(request).then(
      (body) => {
        const given = answer(hub, url, request, body);
        if (lost) response.destroy();
        else send(response, given);
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((done, failed) => {
    server.once('error', failed);
    server.listen(port, '127.0.0.1', done);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    hub,
    requests,
    faults,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}

/** Most bytes of a request. */
const largest = 1024 * 1024;

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    if ((bytes += part.length) > largest) throw new Error('too large');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function send(response: ServerResponse, { status, body, headers = {} }: ReturnType<typeof answer>): void {
  response.writeHead(status, {
    ...(body === undefined ? {} : { 'content-type': 'application/json; charset=utf-8' }),
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '4999',
    ...headers,
  });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
