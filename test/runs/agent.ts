/** An agent's side of `dbd mcp`: a real client over standard input and output that counts calls and tokens. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { bin } from '../faces/call.ts';

/** What a call answered. */
export interface Said {
  readonly text: string;
  readonly object: Readonly<Record<string, unknown>>;
  readonly links: readonly string[];
  readonly isError: boolean;
  readonly tokens: number;
}

export interface Agent {
  /** Calls and reads so far, and tokens of all answers with the list of tools. */
  readonly spent: { calls: number; tokens: number };
  readonly pid: number;
  readonly tools: readonly string[];
  call(name: string, input: Readonly<Record<string, unknown>>): Promise<Said>;
  read(uri: string): Promise<string>;
  resources(): Promise<readonly string[]>;
  prompt(task: string): Promise<string>;
  leave(): Promise<void>;
}

/** A cache folder of its own, so that no other test's runs are seen. */
export function ownCache(): string {
  return mkdtempSync(join(tmpdir(), 'dbd-asked-'));
}

/** Tokens of what a model would read of a value. */
export function tokensOf(value: unknown): number {
  return encode(typeof value === 'string' ? value : JSON.stringify(value)).length;
}

/** Starts a server in the folder and connects to it. */
export async function agent(cwd: string, env: Readonly<Record<string, string>>): Promise<Agent> {
  const { NO_COLOR: _n, FORCE_COLOR: _f, CI: _c, ...clean } = process.env as Record<string, string>;
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [bin, 'mcp'],
    cwd,
    env: { ...clean, ...env },
    stderr: 'ignore',
  });
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  const { tools } = await client.listTools();
  const spent = { calls: 0, tokens: tokensOf(tools) };
  const count = (value: unknown): number => {
    const tokens = tokensOf(value);
    spent.calls += 1;
    spent.tokens += tokens;
    return tokens;
  };
  return {
    spent,
    pid: transport.pid!,
    tools: tools.map(({ name }) => name),
    call: async (name, input) => {
      const answer = await client.callTool({ name, arguments: { ...input } }, { timeout: 170_000 });
      const content = answer.content;
      return {
        text: content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n'),
        object: (answer.structuredContent ?? {}) as Record<string, unknown>,
        links: content.flatMap((part) => (part.type === 'resource_link' ? [part.uri] : [])),
        isError: answer.isError === true,
        tokens: count(answer),
      };
    },
    read: async (uri) => {
      const { contents } = await client.readResource({ uri });
      count(contents);
      return contents.map((part) => ('text' in part ? part.text : '')).join('');
    },
    resources: async () => (await client.listResources()).resources.map(({ uri }) => uri),
    prompt: async (task) => {
      const { messages } = await client.getPrompt({ name: 'database-developer', arguments: { task } });
      count(messages);
      return messages.map(({ content }) => (content.type === 'text' ? content.text : '')).join('');
    },
    leave: () => client.close(),
  };
}
