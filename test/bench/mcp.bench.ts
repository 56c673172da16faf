/** Figures of the MCP face: how soon it answers, and how many tokens its list takes. */
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { expect, test } from 'vitest';
import { Client } from '../faces/mcp-raw.ts';
import { figure, quantile } from './figure.ts';

const starts = 15;

test('the server answers soon after its start', async () => {
  const first: number[] = [];
  const listed: number[] = [];
  let tools: unknown;
  for (let index = 0; index < starts; index += 1) {
    const began = performance.now();
    const client = new Client(process.cwd());
    await client.ask('initialize', {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'bench', version: '1' },
    });
    first.push(performance.now() - began);
    ({ tools } = (await client.ask('tools/list')).result as { tools: unknown });
    listed.push(performance.now() - began);
    await client.leave();
  }
  const shown = (numbers: readonly number[]) =>
    `${(quantile(numbers, 0.5) / 1000).toFixed(2)} s, slowest ${(Math.max(...numbers) / 1000).toFixed(2)} s`;
  figure('`dbd mcp` answers initialize', '≤ 0.4 s', shown(first));
  figure('`dbd mcp` has listed its tools', '', shown(listed));
  const tokens = encode(JSON.stringify(tools)).length;
  figure('tokens of the list of tools (o200k)', '≤ 4,000', String(tokens));
  expect(tokens).toBeLessThanOrEqual(4000);
  expect(quantile(first, 0.5)).toBeLessThanOrEqual(400);
});
