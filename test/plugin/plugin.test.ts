import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { version } from '../../src/base/version.ts';
import { callsIn, frontmatter, pages, read, root, wrongIn } from './texts.ts';

const schema = JSON.parse(read('test/plugin/manifest-schema.json')) as object;
const problems = (part: string, value: unknown): unknown => {
  const ajv = new Ajv({ allErrors: true, strict: false });
  ajv.addSchema(schema, 'all');
  return ajv.validate(`all#/definitions/${part}`, value) ? [] : ajv.errors;
};
const json = (path: string): Record<string, unknown> => JSON.parse(read(path)) as Record<string, unknown>;
const manifest = json('plugin/.claude-plugin/plugin.json');
const marketplace = json('.claude-plugin/marketplace.json') as {
  plugins: { version: string; source: string; name: string }[];
};
const servers = json('plugin/.mcp.json') as {
  mcpServers: { dbd: { args: string[]; env: Record<string, string> } };
};
const config = manifest['userConfig'] as Record<string, { sensitive?: boolean }>;

describe('the manifest', () => {
  test.each([
    ['manifest', manifest],
    ['marketplace', marketplace],
    ['mcp', servers],
    ['hooks', json('plugin/hooks/hooks.json')],
  ])('%s is valid', (part, value) => {
    expect(problems(part, value)).toEqual([]);
  });

  test('a wrong one is not', () => {
    expect(problems('manifest', { ...manifest, name: 'Two Words' })).not.toEqual([]);
    expect(
      problems('manifest', { ...manifest, userConfig: { a: { type: 'string', title: 'a' } } }),
    ).not.toEqual([]);
    expect(problems('marketplace', { ...marketplace, owner: 'me' })).not.toEqual([]);
  });

  test('versions are equal everywhere', () => {
    const pinned = servers.mcpServers.dbd.args.find((word) => word.startsWith('database-developer@'));
    expect([
      json('package.json')['version'],
      manifest['version'],
      ...marketplace.plugins.map((plugin) => plugin.version),
      pinned?.split('@')[1],
    ]).toEqual([version, version, version, version]);
  });

  test('the marketplace leads to the plugin', () => {
    const [plugin] = marketplace.plugins;
    expect(plugin!.name).toBe(manifest['name']);
    expect(existsSync(join(root, plugin!.source, '.claude-plugin/plugin.json'))).toBe(true);
  });

  test('every setting is used, every used one is declared, and tokens are secrets', () => {
    const used = [...JSON.stringify(servers).matchAll(/\$\{user_config\.(\w+)\}/g)].map(([, key]) => key!);
    expect(used.toSorted()).toEqual(Object.keys(config).toSorted());
    expect(
      Object.entries(config)
        .filter(([key, { sensitive }]) => /token|password|key/.test(key) && sensitive !== true)
        .map(([key]) => key),
    ).toEqual([]);
    expect(read('plugin/.mcp.json')).not.toMatch(/DATABASE_URL|PGPASSWORD/);
  });

  test('the package ships the plugin', () => {
    expect(json('package.json')['files']).toContain('plugin');
  });
});

describe('skills', () => {
  const portable = ['name', 'description', 'license', 'compatibility', 'metadata', 'allowed-tools'];
  test.each(readdirSync(join(root, 'plugin/skills')))('%s has portable keys only', (name) => {
    const { keys, head, body } = frontmatter(read(`plugin/skills/${name}/SKILL.md`));
    expect(keys.filter((key) => !portable.includes(key))).toEqual([]);
    expect(head).toContain(`name: ${name}\n`);
    const description = /^description: (.*)$/m.exec(head)![1]!;
    expect(description.length).toBeGreaterThan(40);
    expect(description.length).toBeLessThanOrEqual(1024);
    expect(/^compatibility: (.*)$/m.exec(head)?.[1]?.length ?? 0).toBeLessThanOrEqual(500);
    expect(body.trim()).not.toBe('');
    expect(body).not.toMatch(/\$ARGUMENTS|\$\{CLAUDE/);
  });

  test('subagents have no key that plugins ignore', () => {
    for (const name of readdirSync(join(root, 'plugin/agents'))) {
      const { keys } = frontmatter(read(`plugin/agents/${name}`));
      expect(keys).toEqual(['name', 'description']);
    }
  });
});

describe('what the texts name exists', () => {
  const texts = [...pages('plugin'), 'docs/guide/agents.md'];
  test.each(texts)('%s', async (path) => {
    const wrong = await Promise.all(callsIn(read(path)).map(wrongIn));
    expect(wrong.filter((one) => one !== undefined)).toEqual([]);
    const links = [...read(path).matchAll(/\]\(([^)#]+?)(?:#[^)]*)?\)/g)]
      .map(([, link]) => link!)
      .filter((link) => !/^https?:/.test(link));
    expect(links.filter((link) => !existsSync(join(root, dirname(path), link)))).toEqual([]);
  });

  test('hooks', () => {
    const commands = [
      ...read('plugin/hooks/hooks.json').matchAll(/\$\{CLAUDE_PLUGIN_ROOT\}\/([\w/.-]+)/g),
    ].map(([, path]) => path!);
    expect(commands.length).toBe(3);
    expect(commands.filter((path) => !existsSync(join(root, 'plugin', path)))).toEqual([]);
  });

  test('a text that names what does not exist is seen', async () => {
    expect(callsIn('Call `dbd plan --to a.sql`, or\n\n```sh\ndbd rehearse -- npx x   # why\n```\n')).toEqual([
      'dbd rehearse -- npx x',
      'dbd plan --to a.sql',
    ]);
    expect(await wrongIn('dbd plan --to a.sql -o changes')).toBeUndefined();
    expect(await wrongIn('dbd wish')).toContain('no command');
    expect(await wrongIn('dbd plan --wish')).toContain('no option --wish');
    expect(await wrongIn('dbd export --to excel --out x')).toContain('no such value');
    expect(await wrongIn('dbd tune -- npx prisma migrate deploy')).toContain('takes no command');
  });

  test('the five phases and all presets of the mission are there', () => {
    const all = pages('plugin/skills').map(read).join('\n');
    for (const word of [
      'Requirements',
      'design',
      'rehearsal',
      'Tuning',
      'Operations',
      'OLTP',
      'Documents',
      'Warehouse',
      'Time series',
      '| S |',
      '| M |',
      '| L |',
      '| XL |',
      'Mostly reading',
      'Mostly writing',
      'Balanced',
      'Analytics',
    ])
      expect(all).toContain(word);
  });
});
