import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client as Current } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as Old } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as OldStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { describe, expect, it } from 'vitest';
import { toolNames } from '../../src/commands/tools.ts';
import { renderJson } from '../../src/render/json.ts';
import { gallery } from '../render/gallery.ts';
import { bin, call } from './call.ts';
import { token } from './mcp-modes.ts';
import { Client, modern } from './mcp-raw.ts';

const folder = mkdtempSync(join(tmpdir(), 'dbd-mcp-'));
writeFileSync(join(folder, 'report.json'), renderJson(gallery));
writeFileSync(join(folder, 'change.sql'), 'CREATE TABLE added (id bigint PRIMARY KEY);\n');

async function opened(env?: NodeJS.ProcessEnv): Promise<Client> {
  const client = new Client(folder, env);
  await client.ask('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'raw', version: '1' },
  });
  client.send({ method: 'notifications/initialized' });
  return client;
}

describe('the binary on standard input and output', () => {
  it.each(['legacy', 'auto'] as const)('serves the current client that negotiates: %s', async (mode) => {
    const client = new Current({ name: 'tester', version: '2' }, { versionNegotiation: { mode } });
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args: [bin, 'mcp'], cwd: folder }),
    );
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(toolNames);
    expect(await client.callTool({ name: 'report', arguments: { source: '.' } })).toMatchObject({
      structuredContent: { schema: 'dbd.result/1', verdict: 'failed' },
    });
    await client.close();
  });

  it('serves the old client, which holds every answer against its schema', async () => {
    const client = new Old({ name: 'tester', version: '1' });
    await client.connect(new OldStdio({ command: process.execPath, args: [bin, 'mcp'], cwd: folder }));
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(toolNames);
    expect(await client.callTool({ name: 'report', arguments: { source: '.' } })).toMatchObject({
      structuredContent: { schema: 'dbd.result/1', verdict: 'failed' },
    });
    expect(await client.callTool({ name: 'report', arguments: { source: 'nowhere' } })).toMatchObject({
      isError: true,
      structuredContent: { error: { code: 'file.missing' } },
    });
    await client.close();
  });

  it('goes on after what is no message, no method, or far too much', async () => {
    const client = await opened();
    client.write('this is no JSON\n{"jsonrpc":"2.0","id":\n[]\n\u0000\n');
    client.send({ jsonrpc: '1.0', id: 99, method: 'tools/list' });
    expect((await client.ask('tools/drop')).error?.code).toBe(-32601);
    expect((await client.ask('tools/call', { name: 'report', arguments: [1] })).error?.code).toBe(-32602);
    expect((await client.ask('tools/call', { name: 7 })).error?.code).toBe(-32602);
    const { result } = await client.ask('tools/call', {
      name: 'task',
      arguments: { task: 'x'.repeat(10_000_000) },
    });
    expect(result).toMatchObject({
      isError: true,
      structuredContent: { error: { code: 'usage.wrong-option' } },
    });
    expect(JSON.stringify(result).length).toBeLessThan(1000);
    const { result: listed } = await client.ask('tools/list');
    expect(listed!['tools']).toHaveLength(toolNames.length);
    expect(client.noise).toEqual([]);
    expect(await client.leave()).toBe(0);
  });

  it('ends when a line never ends', async () => {
    const client = await opened();
    client.write('x'.repeat(13 * 1024 * 1024));
    expect(await client.ended).toBe(0);
  });

  it('ends when the client vanishes before the handshake', async () => {
    expect(await new Client(folder).vanish()).toBe(0);
  });

  it.each<[string, (client: Client) => Promise<number | null>, number, string, Record<string, unknown>]>([
    ['the client vanishes', (client) => client.vanish(), 0, 'doctor', {}],
    [
      'it is stopped',
      (client) => {
        client.kill('SIGTERM');
        return client.ended;
      },
      143,
      'rehearse',
      { files: ['change.sql'], quick: true },
    ],
  ])('leaves no sandbox when %s in the middle of a call', async (_what, end, code, name, input) => {
    const cache = mkdtempSync(join(tmpdir(), 'dbd-mcp-cache-'));
    const client = await opened({ ...process.env, DBD_CACHE: cache });
    void client
      .ask('tools/call', { name, arguments: input, _meta: { progressToken: 1 } })
      .catch(() => undefined);
    const runs = () => (existsSync(join(cache, 'run')) ? readdirSync(join(cache, 'run')) : []);
    await expect.poll(runs, { timeout: 60_000, interval: 20 }).not.toEqual([]);
    expect(await end(client)).toBe(code);
    expect(runs()).toEqual([]);
  });

  it('serves two clients at once, each with a process of its own', async () => {
    const clients = await Promise.all([opened(), opened()]);
    const answers = await Promise.all(
      clients.map((client) => client.ask('tools/call', { name: 'report', arguments: { source: '.' } })),
    );
    for (const { result } of answers) expect(result!['isError'] ?? false).toBe(false);
    expect(await Promise.all(clients.map((client) => client.leave()))).toEqual([0, 0]);
  });
});

describe('dbd mcp --http', () => {
  it('says where it is and keeps its token for its owner until it is stopped', async () => {
    const cache = mkdtempSync(join(tmpdir(), 'dbd-mcp-http-'));
    const child = spawn(process.execPath, [bin, 'mcp', '--http', '--port', '0'], {
      env: { ...process.env, DBD_CACHE: cache, DBD_MCP_TOKEN: '' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    let said = '';
    const began = new Promise<void>((resolve) =>
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.includes('Bearer')) resolve();
      }),
    );
    await Promise.race([began, ended]);
    expect(said).toContain('Bearer');
    const url = new URL(/http:\S+/.exec(said)![0]);
    const path = /token in (\S+)/.exec(said)![1]!;
    expect(url.hostname).toBe('127.0.0.1');
    expect(path.startsWith(cache)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const secret = readFileSync(path, 'utf8').trim();
    expect(said).not.toContain(secret);
    const asked = async (bearer: string): Promise<Response> =>
      fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          authorization: `Bearer ${bearer}`,
          'mcp-protocol-version': '2026-07-28',
          'mcp-method': 'server/discover',
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'server/discover', params: { _meta: modern } }),
      });
    expect((await asked('wrong')).status).toBe(401);
    const answered = await asked(secret);
    expect(answered.status).toBe(200);
    expect(await answered.text()).toContain('Database developer');
    child.kill('SIGTERM');
    expect(await ended).toBe(143);
    expect(existsSync(path)).toBe(false);
  });

  it('refuses a short token and a taken port', async () => {
    const short = await call(['mcp', '--http', '--json'], { env: { DBD_MCP_TOKEN: 'short' } });
    expect(short).toMatchObject({ code: 2, stdout: expect.stringContaining('usage.wrong-option') });
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const busy = await call(['mcp', '--http', '--port', String(port), '--json'], {
      env: { DBD_MCP_TOKEN: token },
    });
    taken.close();
    expect(busy).toMatchObject({ code: 3, stdout: expect.stringContaining('mcp.port') });
  });
});
