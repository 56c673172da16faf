import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DbdError } from '../../base/error.ts';
import { version } from '../../base/version.ts';
import { writeAgentFiles } from './agents.ts';
import { agentNames, type AgentName } from './model.ts';
import { readSource, type Source } from './source.ts';

let root: string;
let outside: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'dbd-agents-'));
  outside = await mkdtemp(join(tmpdir(), 'dbd-outside-'));
});
afterEach(() => Promise.all([root, outside].map((folder) => rm(folder, { recursive: true }))));

const put = async (path: string, text: string): Promise<void> => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
};
const read = (path: string): Promise<string> => readFile(join(root, path), 'utf8');
const files = async (folder = root): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
const refused = async (work: Promise<unknown>): Promise<string> => {
  const error = await work.then(
    () => expect.fail('it was written'),
    (cause: unknown) => cause,
  );
  if (!(error instanceof DbdError)) throw error;
  return `${error.code}: ${error.message}`;
};

describe('each agent', () => {
  const references = ['database-types', 'phases', 'scale', 'workload'].map((name) => `references/${name}.md`);
  const skill = (folder: string): readonly string[] => [
    `${folder}/skills/database-developer/SKILL.md`,
    ...references.map((path) => `${folder}/skills/database-developer/${path}`),
    `${folder}/skills/dbd/SKILL.md`,
  ];
  test.each<[AgentName, readonly string[]]>([
    ['claude', ['.claude/agents/database-developer.md', ...skill('.claude'), '.mcp.json']],
    ['cursor', ['.cursor/mcp.json', '.cursor/rules/database-developer.mdc']],
    ['generic', [...skill('.agents'), 'AGENTS.md']],
  ])('%s gets its files, and a second run changes nothing', async (agent, expected) => {
    const first = await writeAgentFiles(root, agent);
    expect(await files()).toEqual(expected);
    expect(first.map(({ did }) => did)).toEqual(expected.map(() => 'created'));
    const before = await Promise.all(expected.map(read));
    const second = await writeAgentFiles(root, agent);
    expect(new Set(second.map(({ did }) => did))).toEqual(new Set(['unchanged']));
    expect(await Promise.all(expected.map(read))).toEqual(before);
  });

  test('the texts are those of the plugin', async () => {
    const { texts } = await readSource();
    await writeAgentFiles(root, 'claude');
    await writeAgentFiles(root, 'cursor');
    const skillText = texts.get('skills/database-developer/SKILL.md')!;
    expect(await read('.claude/skills/database-developer/SKILL.md')).toContain(skillText.trim());
    const rule = await read('.cursor/rules/database-developer.mdc');
    expect(rule).toMatch(/^---\ndescription: .{40,}\nglobs:\nalwaysApply: false\n---\n/);
    const anchors = new Set(
      [...rule.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
        title!
          .toLowerCase()
          .replaceAll(/[^a-z0-9 -]/g, '')
          .replaceAll(' ', '-'),
      ),
    );
    const links = [...rule.matchAll(/\]\(([^)]*)\)/g)].map(([, link]) => link!);
    expect(links.length).toBeGreaterThan(3);
    expect(links.filter((link) => !link.startsWith('#') || !anchors.has(link.slice(1)))).toEqual([]);
  });

  test('a newer version takes the place of what an older one wrote', async () => {
    const source = await readSource();
    const older: Source = {
      texts: new Map([...source.texts].map(([path, text]) => [path, `${text}\nOLD TEXT\n`])),
      server: { ...source.server, args: ['-y', 'database-developer@0.0.1', 'mcp'] },
    };
    for (const agent of agentNames) await writeAgentFiles(root, agent, { source: older });
    await put('.mcp.json', (await read('.mcp.json')).replace('${JIRA_TOKEN:-}', '${MY_TOKEN}'));
    for (const agent of agentNames)
      for (const { did, path } of await writeAgentFiles(root, agent))
        expect([path, did]).toEqual([path, path === 'AGENTS.md' ? 'unchanged' : 'updated']);
    for (const path of await files()) expect(await read(path)).not.toMatch(/OLD TEXT|0\.0\.1/);
    expect(await read('.mcp.json')).toContain(`database-developer@${version}`);
    expect(await read('.mcp.json')).toContain('${MY_TOKEN}');
  });
});

describe('what others wrote stays', () => {
  test('files without our mark, and our files that were edited', async () => {
    await put('.claude/agents/database-developer.md', 'mine\n');
    expect(await refused(writeAgentFiles(root, 'claude'))).toMatch(
      /^file\.exists: .*database-developer\.md is there and was not written by dbd/,
    );
    expect(await files()).toEqual(['.claude/agents/database-developer.md']);
    await writeAgentFiles(root, 'claude', { force: true });
    await put(
      '.claude/skills/dbd/SKILL.md',
      `${await read('.claude/skills/dbd/SKILL.md')}`.replace('same', 'very same'),
    );
    expect(await refused(writeAgentFiles(root, 'claude'))).toMatch(/was edited since dbd wrote it/);
    await writeAgentFiles(root, 'claude', { force: true });
    await put(
      '.claude/skills/dbd/SKILL.md',
      `${await read('.claude/skills/dbd/SKILL.md')}\nOne more line.\n`,
    );
    expect(await refused(writeAgentFiles(root, 'claude'))).toMatch(/was edited since dbd wrote it/);
    await put('.claude/skills/dbd/SKILL.md', 'x');
    await writeAgentFiles(root, 'claude', { force: true });
    expect(await read('.claude/skills/dbd/SKILL.md')).toContain('Follow the skill');
  });

  test('other servers and settings of an MCP file, its indent and line ends', async () => {
    const before =
      '{\r\n\t"inputs": [1],\r\n\t"mcpServers": {\r\n\t\t"other": { "command": "x", "env": { "A": "${B}" } }\r\n\t}\r\n}\r\n';
    await put('.cursor/mcp.json', before);
    await writeAgentFiles(root, 'cursor');
    const after = await read('.cursor/mcp.json');
    expect(JSON.parse(after)).toMatchObject({
      ...(JSON.parse(before) as object),
      mcpServers: { other: { command: 'x', env: { A: '${B}' } }, dbd: { command: 'npx' } },
    });
    expect(after).toContain('\r\n\t"mcpServers"');
    expect(after.replaceAll('\r\n', '')).not.toContain('\n');
  });

  test('another server of our name', async () => {
    await put('.mcp.json', '{ "mcpServers": { "dbd": { "command": "mine" }, "other": {} } }');
    expect(await refused(writeAgentFiles(root, 'claude'))).toMatch(
      /^file\.exists: \.mcp\.json has a server `dbd` that is another one/,
    );
    await writeAgentFiles(root, 'claude', { force: true });
    expect(JSON.parse(await read('.mcp.json'))).toMatchObject({
      mcpServers: { other: {}, dbd: { command: 'npx' } },
    });
  });

  test.each(['# Ours\n', '# Ours', '# Ours\r\n\r\nMore.\r\n', '\uFEFF# Ours\n\n'])(
    'AGENTS.md %j keeps its text',
    async (before) => {
      await put('AGENTS.md', before);
      await writeAgentFiles(root, 'generic');
      const after = await read('AGENTS.md');
      expect(after.startsWith(before)).toBe(true);
      expect(after.includes('\r\n')).toBe(before.includes('\r\n'));
      await put('AGENTS.md', `${after}## Below\n`);
      expect((await writeAgentFiles(root, 'generic'))[0]!.did).toBe('unchanged');
      await put('AGENTS.md', after.replace('Sandboxes only', 'Anything goes'));
      expect(await refused(writeAgentFiles(root, 'generic'))).toContain('section of dbd that was edited');
      await writeAgentFiles(root, 'generic', { force: true });
      expect(await read('AGENTS.md')).toBe(after);
    },
  );

  test('markers that do not pair', async () => {
    await put('AGENTS.md', '# Ours\n<!-- dbd:begin -->\nlost\n');
    expect(await refused(writeAgentFiles(root, 'generic', { force: true }))).toContain('do not pair');
    expect(await read('AGENTS.md')).toBe('# Ours\n<!-- dbd:begin -->\nlost\n');
  });
});

describe('hostile files', () => {
  test.each(['{ broken', '[]', '7', '{"mcpServers": []}', '// comment\n{}', '{"mcpServers": null }x'])(
    '%s as .mcp.json',
    async (text) => {
      await put('.mcp.json', text);
      expect(await refused(writeAgentFiles(root, 'claude', { force: true }))).toMatch(
        /^file\.unreadable: \.mcp\.json /,
      );
      expect(await files()).toEqual(['.mcp.json']);
      expect(await read('.mcp.json')).toBe(text);
    },
  );

  test('links that lead outside, or nowhere', async () => {
    await writeFile(join(outside, 'a.md'), 'theirs');
    await symlink(join(outside, 'a.md'), join(root, 'AGENTS.md'));
    expect(await refused(writeAgentFiles(root, 'generic', { force: true }))).toMatch(
      /^file\.unwritable: AGENTS\.md goes through a link that leads out/,
    );
    await symlink(outside, join(root, '.claude'));
    expect(await refused(writeAgentFiles(root, 'claude', { force: true }))).toContain(
      'leads out of the project',
    );
    await symlink(join(root, 'nowhere'), join(root, '.cursor'));
    expect(await refused(writeAgentFiles(root, 'cursor', { force: true }))).toContain('leads nowhere');
    expect(await files(outside)).toEqual(['a.md']);
    expect(await readFile(join(outside, 'a.md'), 'utf8')).toBe('theirs');
  });

  test('a link within the project is followed and stays one', async () => {
    await put('docs/AGENTS.md', '# Ours\n');
    await symlink('docs/AGENTS.md', join(root, 'AGENTS.md'));
    await writeAgentFiles(root, 'generic');
    expect(await read('docs/AGENTS.md')).toContain('dbd:begin');
    expect(
      (await readdir(root, { withFileTypes: true }))
        .find(({ name }) => name === 'AGENTS.md')!
        .isSymbolicLink(),
    ).toBe(true);
  });

  test('read-only files, folders in the way, files in the way, other bytes', async () => {
    await put('AGENTS.md', '# Ours\n');
    await chmod(join(root, 'AGENTS.md'), 0o444);
    expect(await refused(writeAgentFiles(root, 'generic'))).toContain('AGENTS.md is read-only');
    await put('.mcp.json/x', '');
    expect(await refused(writeAgentFiles(root, 'claude'))).toContain('is there and is no file');
    await put('.cursor', 'x');
    expect(await refused(writeAgentFiles(root, 'cursor'))).toContain('.cursor is a file');
    await writeFile(join(root, '.claude'), '');
    await rm(join(root, 'AGENTS.md'));
    await writeFile(join(root, 'AGENTS.md'), Buffer.from([0xff, 0xfe, 0]));
    expect(await refused(writeAgentFiles(root, 'generic'))).toContain('not UTF-8');
    expect(await refused(writeAgentFiles(join(root, 'none'), 'generic'))).toContain('file.missing');
  });

  test('the mode of a file stays', async () => {
    await put('AGENTS.md', '# Ours\n');
    await chmod(join(root, 'AGENTS.md'), 0o640);
    await writeAgentFiles(root, 'generic');
    expect((await stat(join(root, 'AGENTS.md'))).mode & 0o777).toBe(0o640);
  });
});
