import { posix } from 'node:path';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { Client, StreamableHTTPClientTransport, type Tool } from '@modelcontextprotocol/client';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { beforeAll, describe, expect, it } from 'vitest';
import { all } from '../../src/commands/all.ts';
import type { Command } from '../../src/commands/command.ts';
import { toolNames } from '../../src/commands/tools.ts';
import { instructions } from '../../src/faces/mcp/instructions.ts';
import { toolCommands } from '../../src/faces/mcp/mcp.ts';
import { serverOf, sharedBy } from '../../src/faces/mcp/server.ts';
import { productFiles } from '../architecture/source.ts';

let tools: readonly Tool[] = [];
let commands: readonly Command[] = [];

beforeAll(async () => {
  commands = await toolCommands();
  const shared = sharedBy({ cwd: '.', env: {}, closing: new AbortController().signal });
  const handler = createMcpHandler(() => serverOf(commands, shared));
  const client = new Client({ name: 'tester', version: '1' });
  const url = new URL('http://localhost/mcp');
  await client.connect(
    new StreamableHTTPClientTransport(url, {
      fetch: (address, init) => handler.fetch(new Request(address, init)),
    }),
  );
  ({ tools } = await client.listTools());
  await client.close();
});

describe('the list of tools', () => {
  it('is that of the commands which choose agents, in the order of the work', async () => {
    const chosen = (await Promise.all(all.map((listed) => listed.load())))
      .filter(({ faces }) => faces.includes('mcp'))
      .map(({ name }) => name);
    expect(chosen.toSorted()).toEqual(toolNames.toSorted());
    expect(tools.map(({ name }) => name)).toEqual(toolNames);
    expect(tools.length).toBeGreaterThanOrEqual(9);
    expect(tools.length).toBeLessThanOrEqual(12);
  });

  it('takes at most 4,000 tokens', () => {
    expect(encode(JSON.stringify(tools)).length).toBeLessThanOrEqual(4000);
  });

  it('says what each tool and each argument is', () => {
    for (const { name, description, inputSchema } of tools) {
      expect(description, name).toMatch(/^[A-Z].{20,}\.$/);
      expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
      expect(Object.keys(inputSchema)).not.toContain('$schema');
      for (const [field, schema] of Object.entries(inputSchema.properties ?? {})) {
        const told = schema as Record<string, unknown>;
        expect(told['description'], `${name} ${field}`).toMatch(/\w/);
        expect(told['description'], `${name} ${field}`).not.toMatch(/(^|\s)--?[a-z]/);
        expect(Object.keys(told)).not.toEqual(
          expect.arrayContaining([expect.stringMatching(/^(positional|rest|short|missing|fine|agents)$/)]),
        );
      }
    }
  });

  it('offers no program, no server of its own and no gate to lift', () => {
    const offered = tools.flatMap(({ inputSchema }) => Object.keys(inputSchema.properties ?? {}));
    for (const name of [
      'command',
      'urlEnv',
      'sandbox',
      'restored',
      'forceContract',
      'confirm',
      'yes',
      'force',
    ])
      expect(offered).not.toContain(name);
  });

  it('says truly what each tool may touch', () => {
    const hints = Object.fromEntries(
      tools.map(({ name, annotations = {} }) => [
        name,
        [
          annotations.readOnlyHint ? 'reads' : 'writes',
          ...(annotations.destructiveHint ? ['destroys'] : []),
          ...(annotations.idempotentHint ? ['again'] : []),
          ...(annotations.openWorldHint ? ['outside'] : []),
        ].join(' '),
      ]),
    );
    expect(hints).toEqual({
      task: 'writes again outside',
      schema: 'reads again outside',
      plan: 'writes again outside',
      rehearse: 'writes again outside',
      tune: 'writes again outside',
      explain: 'reads again outside',
      health: 'reads again outside',
      query: 'reads again outside',
      migrate: 'writes destroys outside',
      publish: 'writes again outside',
      report: 'writes again',
      doctor: expect.stringMatching(/^reads again( outside)?$/),
    });
  });

  it('asks a person before whatever writes outside the project', () => {
    const writing = commands.filter((command) =>
      command
        .effects(command.input.partial().parse({}))
        .some((one) => one === 'database' || one === 'tracker'),
    );
    const asking = commands.filter((command) => 'consent' in command).map(({ name }) => name);
    expect(asking).toEqual(expect.arrayContaining(['migrate', 'publish']));
    // A task is read from its tracker, and nothing is written there.
    expect(writing.map(({ name }) => name).filter((name) => name !== 'task')).toEqual(asking);
  });
});

describe('the instructions', () => {
  it('fit what clients show, and name every tool', () => {
    expect(Buffer.byteLength(instructions)).toBeLessThan(2048);
    for (const name of toolNames) expect(instructions).toContain(`\`${name}\``);
  });
});

describe('the start', () => {
  const files = new Map(productFiles().map((file) => [file.path, file]));

  /** Files that are loaded with these, without those that are imported when they are needed. */
  function loadedWith(roots: readonly string[]): ReadonlySet<string> {
    const seen = new Set<string>();
    const visit = (path: string): void => {
      if (seen.has(path)) return;
      seen.add(path);
      const text = files.get(path)!.text;
      for (const [, clause, specifier] of text.matchAll(/^(?:im|ex)port\s+([^;']*?)from\s+'(\.[^']+)';/gms))
        if (!/^type\b/.test(clause!)) visit(posix.join(posix.dirname(path), specifier!));
    };
    roots.forEach(visit);
    return seen;
  }

  it('loads declarations, and nothing of what they do', () => {
    const tellers = toolNames.map((name) => `src/commands/${name}.ts`);
    const loaded = loadedWith(['src/bin.ts', 'src/faces/mcp/mcp.ts', ...tellers]);
    const heavy =
      /^src\/(?:engines\/postgres|design|tune|twin|rehearse|runner|apply|rules|formats|application|operate)\//;
    expect([...loaded].filter((path) => heavy.test(path))).toEqual([]);
    expect(loaded.size).toBeGreaterThan(50);
    expect(loaded.size).toBeLessThan(170);
  });
});
