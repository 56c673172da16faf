import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  localhostHostValidation,
  localhostOriginValidation,
  toNodeHandler,
} from '@modelcontextprotocol/node';
import { createMcpHandler, isLegacyRequest } from '@modelcontextprotocol/server';
import { fail } from '../../base/error.ts';
import type { Command } from '../../commands/command.ts';
import { serverOf } from './server.ts';
import { openSessions } from './sessions.ts';
import { isToken } from './token.ts';
import type { Shared } from './tools.ts';

/** Largest request, bytes. */
const largestBody = 4 * 1024 * 1024;
/** Requests that are answered at once, and connections. */
const mostRequests = 32;
const mostConnections = 128;
/** Milliseconds in which the head of a request, and all of it, has to be there. */
const headMs = 10_000;
const requestMs = 60_000;

/** A server on this machine's own address. */
export interface Listening {
  readonly port: number;
  readonly url: string;
  /** Ends open requests and their servers; calls that were under way are waited for by their owner. */
  close(): Promise<void>;
}

/** Serves the commands on 127.0.0.1 to those who know the token; throws `mcp.port` where the port cannot be had. */
export async function listen(
  commands: readonly Command[],
  shared: Shared,
  { port, token }: { readonly port: number; readonly token: string },
): Promise<Listening> {
  const make = () => serverOf(commands, shared);
  const modern = createMcpHandler(make, { maxRequestBodySize: largestBody });
  const sessions = openSessions(make);
  const answer = toNodeHandler(
    {
      fetch: async (request, options) =>
        (await isLegacyRequest(request, undefined, { maxRequestBodySize: largestBody })) &&
        (await keepsSession(request))
          ? sessions.fetch(request)
          : modern.fetch(request, options),
    },
    { maxRequestBodySize: largestBody },
  );
  const guards = [localhostHostValidation(), localhostOriginValidation()];
  let working = 0;
  const server = createServer((request, response) => {
    if (!guards.every((guard) => guard(request, response))) return;
    if (!knows(request, token))
      return refuse(response, 401, 'This server wants its token: Authorization: Bearer …', {
        'WWW-Authenticate': 'Bearer',
      });
    if (request.url?.split('?')[0] !== '/mcp') return refuse(response, 404, 'The server is at /mcp.');
    const listens = request.method === 'GET';
    if (!listens && working >= mostRequests)
      return refuse(response, 503, 'Too many requests at once.', { 'Retry-After': '5' });
    if (!listens) {
      working += 1;
      response.once('close', () => (working -= 1));
    }
    void answer(request, response).catch(() => response.destroy());
  });
  server.maxConnections = mostConnections;
  server.headersTimeout = headMs;
  server.requestTimeout = requestMs;
  await bound(server, port);
  const got = (server.address() as AddressInfo).port;
  return {
    port: got,
    url: `http://127.0.0.1:${got}/mcp`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      await Promise.allSettled([modern.close(), sessions.close()]);
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Whether a request of the older protocol opens a session or belongs to one. */
async function keepsSession(request: Request): Promise<boolean> {
  if (request.headers.has('mcp-session-id')) return true;
  if (request.method !== 'POST') return false;
  const body: unknown = await request
    .clone()
    .json()
    .catch(() => undefined);
  return (body as { readonly method?: unknown } | undefined)?.method === 'initialize';
}

function knows(request: IncomingMessage, token: string): boolean {
  const [scheme = '', given = ''] = (request.headers.authorization ?? '').split(' ');
  return scheme.toLowerCase() === 'bearer' && isToken(given, token);
}

function refuse(
  response: ServerResponse,
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'Content-Type': 'application/json', Connection: 'close', ...headers });
  response.end(JSON.stringify({ jsonrpc: '2.0', error: { code: -32_000, message }, id: null }));
}

function bound(server: Server, port: number): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  }).catch((cause: NodeJS.ErrnoException) =>
    fail('mcp.port', `Port ${port} of 127.0.0.1 cannot be used (${cause.code ?? 'unknown'}).`, {
      cause,
      hint: 'Give another with --port; 0 takes a free one.',
    }),
  );
}
