import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { version } from '../../src/base/version.ts';
import { renderJson } from '../../src/render/json.ts';
import { gallery } from '../render/gallery.ts';
import { Client, modern, type Message } from './mcp-raw.ts';

/** Both ways a client may open a connection: the handshake, and the claim that every request carries. */
const openings = {
  'the 2025 handshake': {
    meta: {},
    open: async (client: Client): Promise<Message> => {
      const answer = await client.ask('initialize', {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'test', version: '1' },
      });
      client.send({ method: 'notifications/initialized' });
      return answer;
    },
  },
  'the 2026 form without a handshake': {
    meta: modern,
    open: async (client: Client): Promise<Message> => client.ask('server/discover', { _meta: modern }),
  },
};

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dbd-mcp-'));
  writeFileSync(join(folder, 'report.json'), renderJson(gallery));
});

describe.each(Object.entries(openings))('a client that opens with %s', (_name, { open, meta }) => {
  let client: Client;

  beforeAll(async () => {
    client = new Client(folder);
    const opened = await open(client);
    expect(opened.error).toBeUndefined();
    expect(JSON.stringify(opened.result)).toContain(version);
  });

  const params = (
    value: Record<string, unknown>,
    more: Record<string, unknown> = {},
  ): Record<string, unknown> => ({ ...value, _meta: { ...meta, ...more } });

  it('is told every tool with object schemas and all four annotations', async () => {
    const { result } = await client.ask('tools/list', params({}));
    const tools = result!['tools'] as {
      name: string;
      inputSchema: Record<string, unknown>;
      outputSchema: Record<string, unknown>;
      annotations: Record<string, boolean>;
    }[];
    expect(tools.map((tool) => tool.name)).toEqual(expect.arrayContaining(['task', 'rehearse', 'report']));
    for (const tool of tools) {
      expect(tool.name).toMatch(/^[a-z][a-z_]*$/);
      expect(tool.inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
      expect(tool.outputSchema).toMatchObject({ type: 'object' });
      expect(Object.keys(tool.annotations).toSorted()).toEqual([
        'destructiveHint',
        'idempotentHint',
        'openWorldHint',
        'readOnlyHint',
      ]);
    }
    const annotations = Object.fromEntries(tools.map((tool) => [tool.name, tool.annotations]));
    expect(annotations['task']).toEqual({
      readOnlyHint: false,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: true,
    });
    expect(annotations['rehearse']).toMatchObject({ readOnlyHint: false, openWorldHint: true });
    expect(tools.length).toBeLessThanOrEqual(12);
    expect(JSON.stringify(tools).length).toBeLessThan(24_000);
  });

  it('gets the result as text and as an object', async () => {
    const { result } = await client.ask('tools/call', params({ name: 'report', arguments: { source: '.' } }));
    expect(result!['isError']).not.toBe(true);
    expect(result!['content']).toEqual([
      { type: 'text', text: expect.stringContaining('# KAN-29 Dashboard analytics') },
    ]);
    expect(result!['structuredContent']).toMatchObject({
      schema: 'dbd.result/1',
      verdict: 'failed',
      headline: gallery.headline,
    });
  });

  it('gives the text of a task itself, for the protocol owns standard input', async () => {
    const { result } = await client.ask(
      'tools/call',
      params({ name: 'task', arguments: { task: '# GIFT-1 Gift cards\n\nEach has a code.\n' } }),
    );
    expect(result!['structuredContent']).toMatchObject({
      verdict: 'conditions',
      draft: expect.stringContaining('dbd: 1'),
    });
  });

  it('gets errors as results with code and hint', async () => {
    const { result } = await client.ask(
      'tools/call',
      params({ name: 'report', arguments: { source: 'nowhere' } }),
    );
    expect(result).toMatchObject({
      isError: true,
      structuredContent: { schema: 'dbd.error/1', error: { code: 'file.missing', hint: expect.any(String) } },
    });
    expect((result!['content'] as { text: string }[])[0]!.text).toMatch(/^file\.missing: /);
  });

  it('is told what is wrong with its arguments', async () => {
    const { result } = await client.ask('tools/call', params({ name: 'report', arguments: { sorce: '.' } }));
    expect(result).toMatchObject({ isError: true });
    expect(JSON.stringify(result!['content'])).toContain('sorce');
  });

  it('gets a protocol error for a tool that does not exist', async () => {
    const answer = await client.ask('tools/call', params({ name: 'drop_everything', arguments: {} }));
    expect(answer.error?.code).toBe(-32602);
  });

  it('sees progress when it asks for it, and nothing but the protocol on stdout', async () => {
    await client.ask('tools/call', params({ name: 'doctor', arguments: {} }, { progressToken: 'p1' }));
    const progress = client.told.filter((message) => message['method'] === 'notifications/progress');
    const seen = progress.map(
      (message) => message['params'] as { progressToken: string; progress: number; message: string },
    );
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.every((step) => step.progressToken === 'p1' && step.message !== '')).toBe(true);
    expect(seen.map((step) => step.progress)).toEqual(seen.map((_, index) => index + 1));
    expect(client.noise).toEqual([]);
  });

  it('ends the process by leaving', async () => {
    expect(await client.leave()).toBe(0);
  });
});
