import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toolCommands } from '../../src/faces/mcp/mcp.ts';
import { serve, token, type Served } from './mcp-modes.ts';

let served: Served;
let door: Server;

/** The suite knows no tokens: what it asks goes through a door that adds ours and changes nothing else. */
beforeAll(async () => {
  served = await serve(await toolCommands());
  door = createServer((asked, answer) => {
    const { port } = served.url;
    const sent = request(
      {
        host: '127.0.0.1',
        port,
        path: asked.url,
        method: asked.method,
        headers: { ...asked.headers, authorization: `Bearer ${token}` },
      },
      (got) => {
        answer.writeHead(got.statusCode!, got.headers);
        got.pipe(answer);
      },
    );
    sent.on('error', () => answer.destroy());
    answer.on('close', () => sent.destroy());
    asked.pipe(sent);
  });
  await new Promise<void>((done) => door.listen(0, '127.0.0.1', done));
});
afterAll(async () => {
  door.closeAllConnections();
  door.close();
  await served.close();
});

/** Scenarios about the protocol itself; the others call tools that only a test server has. */
const scenarios = [
  'server-initialize',
  'ping',
  'tools-list',
  'resources-list',
  'prompts-list',
  'server-sse-multiple-streams',
  'dns-rebinding-protection',
];

function run(scenario: string): Promise<{ readonly code: number | null; readonly text: string }> {
  const { port } = door.address() as AddressInfo;
  const child = spawn(
    process.execPath,
    [
      '--import',
      resolve('test/faces/conformance-hook.mjs'),
      resolve('node_modules/@modelcontextprotocol/conformance/dist/index.js'),
      'server',
      `--scenario=${scenario}`,
      `--url=http://localhost:${port}/mcp`,
      `--output-dir=${mkdtempSync(join(tmpdir(), 'dbd-conformance-'))}`,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => (text += part));
  return new Promise((done) => child.on('close', (code) => done({ code, text })));
}

describe.concurrent("the protocol's own suite", () => {
  it.each(scenarios)('%s', async (scenario) => {
    const { code, text } = await run(scenario);
    expect(text).toMatch(/Passed: ([1-9]\d*)\/\1,? .*0 failed/);
    expect(code).toBe(0);
  });

  it('turns red for a scenario that is not fulfilled', async () => {
    const { code, text } = await run('tools-call-simple-text');
    expect(code).toBe(1);
    expect(text).toMatch(/[1-9] failed/);
  });
});
