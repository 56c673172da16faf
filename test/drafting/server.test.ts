/** The command against a server that speaks the protocol of OpenAI, and what is refused before anything is sent. */
import { createServer, type Server } from 'node:http';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { DbdError } from '../../src/base/error.ts';
import { run } from '../../src/commands/run.ts';
import type { Report } from '../../src/report/model.ts';
import { factOf, good, prose } from './vouchers.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dbd-draft-'));
});

describe('a server that speaks the protocol of OpenAI', () => {
  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) server.close();
  });

  const serve = async (answer: (body: Record<string, unknown>) => { status: number; body: unknown }) => {
    const asked: { body: Record<string, unknown>; authorization?: string | undefined }[] = [];
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (part: Buffer) => (text += part.toString()));
      request.on('end', () => {
        const body = JSON.parse(text) as Record<string, unknown>;
        asked.push({ body, authorization: request.headers.authorization });
        const { status, body: sent } = answer(body);
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(sent));
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` };
  };

  const configured = (url: string): void => {
    writeFileSync(join(folder, 'SHOP-7.md'), prose);
    writeFileSync(
      join(folder, 'dbd.config.yaml'),
      `ai: { base_url: "${url}", model: local-1, key: "\${MODEL_KEY}" }\n`,
    );
  };
  const call = (env = { MODEL_KEY: 'very-secret-key' }): Promise<Report> =>
    run('draft', { task: 'SHOP-7.md' }, { cwd: folder, env });

  test('is asked by the command; the key is sent and never kept', async () => {
    const { asked, url } = await serve((body) => {
      const tool = (body['messages'] as { role: string }[]).some(({ role }) => role === 'tool');
      const message = tool
        ? { role: 'assistant', content: 'Accepted.' }
        : {
            role: 'assistant',
            content: null,
            tool_calls: [
              {
                id: 'c1',
                type: 'function',
                function: { name: 'propose_block', arguments: JSON.stringify({ yaml: good }) },
              },
            ],
          };
      return {
        status: 200,
        body: {
          id: 'x',
          object: 'chat.completion',
          created: 1,
          model: 'local-1-q4',
          choices: [{ index: 0, message, finish_reason: tool ? 'stop' : 'tool_calls' }],
          usage: { prompt_tokens: 500, completion_tokens: 50, total_tokens: 550 },
        },
      };
    });
    configured(url);
    const report = await call();
    expect(report.output).toMatchObject({
      accepted: true,
      use: { model: 'local-1-q4', calls: 2, input: 1_000, output: 100 },
    });
    expect(factOf(report, 'cost')).toContain('unknown');
    expect(asked[0]!.authorization).toBe('Bearer very-secret-key');
    expect(asked[0]!.body['model']).toBe('local-1');
    const kept = readFileSync(join(folder, 'SHOP-7.draft.json'), 'utf8');
    expect(kept).not.toContain('very-secret-key');
    await expect(call()).rejects.toMatchObject({ code: 'file.exists' });
    expect(asked).toHaveLength(2);
  });

  test.each([
    ['a refused key', 401, 'model.failed'],
    ['a request that is wrong', 400, 'model.failed'],
  ])('%s is an error with a hint', async (_, status, code) => {
    const { url } = await serve(() => ({
      status,
      body: { error: { message: 'no, very-secret-key is wrong' } },
    }));
    configured(url);
    const error = await call().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DbdError);
    expect(error).toMatchObject({ code });
    expect((error as DbdError).message).toContain(String(status));
    expect((error as DbdError).message).not.toContain('very-secret-key');
  });

  test('what is missing is said before anything is sent', async () => {
    configured('http://127.0.0.1:9/v1');
    await expect(call({} as { MODEL_KEY: string })).rejects.toMatchObject({ code: 'model.not-configured' });
    rmSync(join(folder, 'dbd.config.yaml'));
    await expect(call()).rejects.toMatchObject({ code: 'model.not-configured' });
    writeFileSync(join(folder, 'dbd.config.yaml'), 'ai: { provider: "@ai-sdk/nothing-here", model: x }\n');
    await expect(call()).rejects.toMatchObject({ code: 'model.missing' });
    for (const wrong of [
      'ai: { model: x }',
      'ai: { base_url: "http://example.org/v1", model: x }',
      'ai: { base_url: "https://u:p@example.org/v1", model: x }',
      'ai: { provider: "../evil", model: x }',
      'ai: { provider: a, model: x, key: sk-123 }',
    ]) {
      writeFileSync(join(folder, 'dbd.config.yaml'), `${wrong}\n`);
      await expect(call()).rejects.toMatchObject({ code: 'config.invalid' });
    }
  });
});
