import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Client,
  StreamableHTTPClientTransport,
  type CallToolResult,
  type ElicitResult,
  type Tool,
  type VersionNegotiationMode,
} from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as OldHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { listen } from '../../src/faces/mcp/http.ts';
import { serverOf, sharedBy } from '../../src/faces/mcp/server.ts';
import type { Command } from '../../src/commands/command.ts';

export const token = 'a-token-of-the-tests-1234567890';

/** A server with these commands, reached in every way that clients have. */
export interface Served {
  readonly url: URL;
  readonly socket: string;
  fetch(url: string | URL, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

/** Serves the commands over HTTP, in this process, and on a socket that a program connects with its standard input and output. */
export async function serve(commands: readonly Command[], cwd = process.cwd()): Promise<Served> {
  const stop = new AbortController();
  const shared = sharedBy({ cwd, env: process.env, closing: stop.signal });
  const http = await listen(commands, shared, { port: 0, token });
  const inside = createMcpHandler(() => serverOf(commands, shared));
  const socket = join(mkdtempSync(join(tmpdir(), 'dbd-mcp-')), 'mcp.sock');
  const pipes = createServer((pipe) => {
    pipe.on('error', () => undefined);
    serveStdio(() => serverOf(commands, shared), { transport: new StdioServerTransport(pipe, pipe) });
  });
  await new Promise<void>((resolve) => pipes.listen(socket, resolve));
  return {
    url: new URL(http.url),
    socket,
    fetch: (url, init) => inside.fetch(new Request(url, init)),
    close: async () => {
      stop.abort();
      await Promise.all([http.close(), inside.close(), new Promise((resolve) => pipes.close(resolve))]);
      await shared.ended();
    },
  };
}

/** What a person answers, when the client can ask one. */
export type Person = (message: string) => ElicitResult;

export interface Opened {
  tools(): Promise<readonly Tool[]>;
  call(
    name: string,
    input: Record<string, unknown>,
    more?: { onprogress?: (told: { message?: string }) => void; signal?: AbortSignal },
  ): Promise<CallToolResult>;
  close(): Promise<void>;
}

/** Connects standard input and output with a socket. */
const relay = (socket: string) => ({
  command: process.execPath,
  args: [
    '-e',
    'const s=require("net").connect(process.argv[1]);process.stdin.pipe(s);s.pipe(process.stdout);s.on("close",()=>process.exit())',
    socket,
  ],
});

const headers = { authorization: `Bearer ${token}` };
const overHttp = (served: Served) =>
  new StreamableHTTPClientTransport(served.url, { requestInit: { headers } });

/** Each way to reach a server: the protocol of 2025 and that of 2026, the clients of both, pipes and HTTP. */
export const modes: Readonly<Record<string, (served: Served, person?: Person) => Promise<Opened>>> = {
  'in this process, 2026': (served, person) =>
    current(
      { pin: '2026-07-28' },
      person,
      new StreamableHTTPClientTransport(new URL('http://localhost/mcp'), {
        fetch: (url, init) => served.fetch(url, init),
      }),
    ),
  'over pipes, 2025': (served, person) =>
    current('legacy', person, new StdioClientTransport(relay(served.socket))),
  'over pipes, 2026': (served, person) =>
    current({ pin: '2026-07-28' }, person, new StdioClientTransport(relay(served.socket))),
  'over pipes, the old client': (served, person) => old(person, new OldStdio(relay(served.socket))),
  'over HTTP, 2025': (served, person) => current('legacy', person, overHttp(served)),
  'over HTTP, 2026': (served, person) => current({ pin: '2026-07-28' }, person, overHttp(served)),
  'over HTTP, the old client': (served, person) =>
    old(person, new OldHttp(served.url, { requestInit: { headers } }) as Transport),
};

async function current(
  mode: VersionNegotiationMode,
  person: Person | undefined,
  transport: Parameters<Client['connect']>[0],
): Promise<Opened> {
  const client = new Client(
    { name: 'tester', version: '2' },
    { versionNegotiation: { mode }, capabilities: person ? { elicitation: {} } : {} },
  );
  if (person) client.setRequestHandler('elicitation/create', (request) => person(request.params.message));
  await client.connect(transport);
  return {
    tools: async () => (await client.listTools()).tools,
    call: async (name, input, more) => client.callTool({ name, arguments: input }, more),
    close: () => client.close(),
  };
}

async function old(person: Person | undefined, transport: Transport): Promise<Opened> {
  const client = new OldClient(
    { name: 'tester', version: '1' },
    { capabilities: person ? { elicitation: {} } : {} },
  );
  if (person)
    client.setRequestHandler(ElicitRequestSchema, (request) => person(request.params.message) as never);
  await client.connect(transport);
  return {
    tools: async () => (await client.listTools()).tools as readonly Tool[],
    call: async (name, input, more) =>
      (await client.callTool({ name, arguments: input }, undefined, more)) as CallToolResult,
    close: () => client.close(),
  };
}
