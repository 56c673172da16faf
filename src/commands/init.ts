import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { fail } from '../base/error.ts';
import { plural } from '../base/text.ts';
import { writeAgentFiles } from '../config/agents/agents.ts';
import { agentNames, type AgentName, type WrittenFile } from '../config/agents/model.ts';
import { detect, type Found } from '../config/detect.ts';
import { configName } from '../config/load.ts';
import { currentOf, starterConfig } from '../config/starter.ts';
import { fact, report } from '../report/build.ts';
import type { Fact, Next } from '../report/model.ts';
import { all } from './all.ts';
import { command } from './command.ts';

const input = z.object({
  folder: z.string().default('.').describe('the project').meta({ positional: true }),
  agent: z
    .enum(agentNames)
    .optional()
    .describe('also write the files by which an agent learns of dbd; a configuration that is there stays'),
  force: z
    .boolean()
    .default(false)
    .describe('replace a dbd.config.yaml that is there; with --agent, files of the agent instead'),
  scripts: z.boolean().default(false).describe('add dbd to the scripts of package.json'),
});

const output = z.object({
  written: z.array(z.string()).describe('files that were written or changed'),
  unchanged: z.array(z.string()).describe('files that are as they should be'),
  current: z.string().describe('what `current` was set to'),
  tools: z.array(z.string()).describe('migration tools that were found'),
});

/** Writes the first configuration of a project from what its folder tells, without a question. */
export const init = command({
  name: 'init',
  summary: 'Write the configuration of a project from what its folder tells, and files for agents',
  input,
  output,
  faces: ['cli'],
  effects: () => ['reads', 'files'],
  examples: [
    { call: 'dbd init', shows: 'what was found, and the file that was written' },
    { call: 'dbd init --scripts', shows: 'the same, with scripts in package.json' },
    {
      call: 'dbd init --agent claude',
      shows: 'skills, subagent and MCP server for Claude Code, and what was there before',
    },
  ],
  run: async ({ folder, agent, force, scripts }, context) => {
    const started = performance.now();
    const root = resolve(context.cwd, folder);
    const found = await detect(root, context.env);
    const changed = scripts ? await withScripts(join(root, 'package.json'), found) : undefined;
    const told = agent === undefined ? [] : await writeAgentFiles(root, agent, { force });
    const config = join(root, configName);
    const keeps = agent !== undefined && (await exists(config));
    if (!keeps) await writeConfig(config, starterConfig(found), force);
    if (changed) await replace(join(root, 'package.json'), changed.text);
    const files: readonly WrittenFile[] = [
      { path: configName, what: 'settings, each with a comment', did: keeps ? 'unchanged' : 'created' },
      ...(changed
        ? [
            {
              path: 'package.json',
              what:
                changed.added.length > 0
                  ? `scripts ${changed.added.join(', ')}`
                  : 'nothing new: the scripts are there',
              did: 'updated' as const,
            },
          ]
        : []),
      ...told,
    ];
    const paths = (is: boolean): readonly string[] =>
      files.filter(({ did }) => (did === 'unchanged') === is).map(({ path }) => path);
    const written = paths(false);
    const above = await repositoryAbove(root);
    return report({
      command: 'init',
      title: 'A configuration for dbd',
      headline:
        agent === undefined
          ? `${configName} was written; current is ${currentOf(found)}.`
          : written.length === 0
            ? 'Everything is there already; nothing was changed.'
            : `${plural(written.length, 'file was', 'files were')} written for ${titles[agent]}.`,
      started,
      blocks: [
        { kind: 'facts', id: 'found', title: 'What was found', facts: factsOf(found) },
        {
          kind: 'files',
          id: 'files',
          title: written.length === 0 ? 'Files' : 'What was written',
          files: files.map(({ path, what, did }) => ({
            path,
            what: did === 'unchanged' ? `as it was: ${what}` : what,
          })),
        },
        ...(agent === undefined || above === undefined
          ? []
          : [
              {
                kind: 'text' as const,
                id: 'where',
                title: 'Where the agent starts',
                text: `The repository begins at ${above}. An agent that is started there may not read these files: start it here, or call \`dbd init --agent ${agent}\` there as well.`,
              },
            ]),
      ],
      next: [
        ...(agent === undefined
          ? []
          : [{ command: 'dbd doctor', why: 'shows whether an agent here holds a production credential' }]),
        ...nextOf(found),
      ],
      output: {
        written,
        unchanged: paths(true),
        current: currentOf(found),
        tools: found.tools.map(({ name }) => name),
      },
    });
  },
});

/** Where the repository begins that the folder is a part of, seen from the folder; undefined where it begins here, or there is none. */
async function repositoryAbove(folder: string): Promise<string | undefined> {
  if (await exists(join(folder, '.git'))) return undefined;
  for (let at = dirname(folder); dirname(at) !== at; at = dirname(at))
    if (await exists(join(at, '.git'))) return relative(folder, at);
  return undefined;
}

const titles: Readonly<Record<AgentName, string>> = {
  claude: 'Claude Code',
  cursor: 'Cursor',
  generic: 'agents that read AGENTS.md',
};

function factsOf(found: Found): readonly Fact[] {
  const listed = (values: readonly string[]): string =>
    values.length === 0 ? 'none found' : values.join(', ');
  return [
    fact(
      'Migration tools',
      listed(found.tools.map(({ name, because }) => `${name} (${because})`)),
      'measured',
    ),
    fact('Migrations', listed(found.migrations), 'measured'),
    fact('Structure files', listed(found.structures), 'measured'),
    fact('Named queries', listed(found.workloads), 'measured'),
    fact('DATABASE_URL', found.urls.length === 0 ? 'not set' : `set in ${found.urls.join(', ')}`, 'measured'),
  ];
}

function nextOf({ tools }: Found): readonly Next[] {
  const rehearsals = tools.slice(0, 1).map(({ name, command: wrapped }) => ({
    command: `dbd rehearse -- ${wrapped}`,
    why: `shows what your ${name} migrations do to locks, queries and data`,
  }));
  return [...rehearsals, { command: 'dbd task TASK.md', why: 'turns a task into a proven change' }].filter(
    ({ command: call }) => isCommand(call.split(' ')[1]!),
  );
}

function isCommand(name: string): boolean {
  return all.some((listed) => listed.name === name);
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function writeConfig(path: string, text: string, force: boolean): Promise<void> {
  await writeFile(path, text, { flag: force ? 'w' : 'wx' }).catch((cause: NodeJS.ErrnoException) =>
    cause.code === 'EEXIST'
      ? fail('file.exists', `${path} is there already; nothing was changed.`, {
          cause,
          hint: 'Call `dbd init --force` to replace it.',
        })
      : fail(
          cause.code === 'ENOENT' ? 'file.missing' : 'file.unwritable',
          `${path} cannot be written (${cause.code ?? 'unknown'}).`,
          { cause, hint: 'Check that the folder exists and is writable.' },
        ),
  );
}

/** package.json with the scripts whose command exists; scripts that are there stay as they are. */
async function withScripts(
  path: string,
  { tools }: Found,
): Promise<{ readonly text: string; readonly added: readonly string[] }> {
  const before = await readFile(path, 'utf8').catch((cause: unknown) =>
    fail('file.missing', `${path} cannot be read, so no script can be added.`, {
      cause,
      hint: 'Call `dbd init` without --scripts.',
    }),
  );
  const parsed =
    parseObject(before) ??
    fail('file.unreadable', `${path} is not a JSON object.`, { hint: 'Call `dbd init` without --scripts.' });
  const scripts = (parsed['scripts'] ?? {}) as Record<string, string>;
  const wanted = [
    ...(isCommand('task') ? [['db:task', 'dbd task'] as const] : []),
    ...(isCommand('rehearse') && tools[0]
      ? [['db:rehearse', `dbd rehearse -- ${tools[0].command}`] as const]
      : []),
  ].filter(([name]) => !Object.hasOwn(scripts, name));
  const indent = /^[ \t]+(?=")/m.exec(before)?.[0] ?? '  ';
  const after = { ...parsed, scripts: { ...scripts, ...Object.fromEntries(wanted) } };
  return {
    text: `${JSON.stringify(after, null, indent)}${before.endsWith('\n') ? '\n' : ''}`,
    added: wanted.map(([name]) => name),
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Writes beside the file and renames, so that a full disk never leaves half of it. */
async function replace(path: string, text: string): Promise<void> {
  const beside = `${path}.dbd-new`;
  try {
    await writeFile(beside, text);
    await rename(beside, path);
  } catch (cause) {
    fail('file.unwritable', `${path} cannot be written.`, {
      cause,
      hint: 'Check that the disk is not full and the file is writable.',
    });
  }
}
