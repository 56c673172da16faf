/** Finds and reads `dbd.config.yaml`, and lets command-line values win over it. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fail } from '../base/error.ts';
import { readDatabases } from './databases.ts';
import { readGenerators } from './generators.ts';
import { readGithub } from './github.ts';
import { readAi } from './ai.ts';
import { readJira } from './jira.ts';
import type { AiConfig, Config, Current, JiraConfig, StandardsConfig } from './model.ts';
import { readPrivate } from './private.ts';
import { readStandards } from './standards.ts';
import { readYaml, textOf, valuesOf, withEnvironment, type Env, type Node } from './yaml.ts';

/** Name of the file that is searched. */
export const configName = 'dbd.config.yaml';

const keys = ['current', 'snapshot', 'workload', 'changes', 'sandbox', 'models'] as const;
type Key = (typeof keys)[number];
/** Keys with a map or a list of their own. */
const sections = ['ai', 'generators', 'private', 'jira', 'github', 'standards', 'databases'] as const;
type Section = (typeof sections)[number];

/** What is asked of {@link loadConfig}. */
export interface ConfigOptions {
  /** Folders from which the file is searched upward, in this order. */
  readonly from: readonly string[];
  /** Values of the command line; they win, and their paths are relative to `cwd`. */
  readonly overrides?: { readonly [K in Key]?: string | undefined };
  readonly cwd: string;
  readonly env: Env;
}

/** One value with where it comes from: a line of the file, or an option. */
interface Value {
  readonly text: string;
  readonly folder: string;
  /** `dbd.config.yaml, line 2, column 10` or `--current`. */
  readonly where: string;
}

/** What the file says, before the command line wins over it. */
interface Written {
  readonly values: Map<Key, Value>;
  readonly generators?: Readonly<Record<string, string>>;
  readonly private?: readonly string[];
  readonly jira?: JiraConfig;
  readonly github?: Config['github'];
  readonly ai?: AiConfig;
  readonly standards?: StandardsConfig;
  readonly databases?: Config['databases'];
}

/** Loads the configuration; without a file everything is at its default. Throws `config.invalid`, `file.missing`, `file.unreadable` and `connect.url`. */
export async function loadConfig({ from, overrides = {}, cwd, env }: ConfigOptions): Promise<Config> {
  const file = await find(from.map((folder) => resolve(cwd, folder)));
  const { values, ...maps }: Written =
    file === undefined ? { values: new Map() } : readConfig(await readText(file), file, env);
  if (overrides.current !== undefined && overrides.snapshot !== undefined)
    fail('usage.wrong-option', 'Give either --current or --snapshot: a snapshot holds the structure.');
  // Either of the two on the command line wins over both in the file.
  if (overrides.current !== undefined) values.delete('snapshot');
  if (overrides.snapshot !== undefined) values.delete('current');
  for (const key of keys) {
    const text = overrides[key];
    if (text !== undefined) values.set(key, { text, folder: cwd, where: `--${key}` });
  }
  const workload = values.get('workload');
  const changes = values.get('changes');
  const sandbox = values.get('sandbox');
  const models = values.get('models');
  return {
    ...(file === undefined ? {} : { file }),
    current: await currentOf(values.get('current'), values.get('snapshot')),
    ...maps,
    ...(workload ? { workload: await existing(workload, 'a file of named queries') } : {}),
    ...(models ? { models: models.text.split(',').flatMap((word) => word.trim() || []) } : {}),
    ...(changes ? { changes: resolve(changes.folder, changes.text) } : {}),
    ...(sandbox
      ? {
          sandbox: isUrl(sandbox.text)
            ? checkedUrl(sandbox)
            : await existing(sandbox, "a folder with a server's binaries, or a postgres:// URL"),
        }
      : {}),
  };
}

/** The nearest `dbd.config.yaml` at or above the folders, the first folder first. */
async function find(folders: readonly string[]): Promise<string | undefined> {
  for (const start of folders) {
    for (let folder = start; ; folder = dirname(folder)) {
      const file = join(folder, configName);
      if (
        await stat(file).then(
          (found) => found.isFile(),
          () => false,
        )
      )
        return file;
      if (dirname(folder) === folder) break;
    }
  }
  return undefined;
}

async function readText(file: string): Promise<string> {
  const bytes = await readFile(file).catch((cause: unknown) =>
    fail('file.unreadable', `${file} cannot be read.`, { cause }),
  );
  if (bytes.byteLength > 65_536) return fail('config.invalid', `${file} is larger than 64 KiB.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll(/\r\n?/g, '\n');
  } catch (cause) {
    return fail('config.invalid', `${file} is not UTF-8 text.`, { cause });
  }
}

function readConfig(text: string, file: string, env: Env): Written {
  const root = readYaml(text, file);
  const found = root ? valuesOf(root, [...keys, ...sections], 'the file') : new Map<Key | Section, Node>();
  const values = new Map<Key, Value>();
  for (const key of keys) {
    const node = found.get(key);
    if (node)
      values.set(key, {
        text: withEnvironment(node, textOf(node, key), env),
        folder: dirname(file),
        where: node.where,
      });
  }
  const named = found.get('snapshot');
  if (named && values.has('current') && values.get('current')!.text !== 'none')
    named.refuse(
      '`current` and `snapshot` cannot both be given: a snapshot holds the structure.',
      'Leave one of them out.',
    );
  const generators = found.get('generators');
  const secluded = found.get('private');
  const ai = found.get('ai');
  const jira = found.get('jira');
  const github = found.get('github');
  const standards = found.get('standards');
  const databases = found.get('databases');
  return {
    values,
    ...(generators ? { generators: readGenerators(generators) } : {}),
    ...(secluded ? { private: readPrivate(secluded) } : {}),
    ...(ai ? { ai: readAi(ai) } : {}),
    ...(jira ? { jira: readJira(jira) } : {}),
    ...(github ? { github: readGithub(github) } : {}),
    ...(standards ? { standards: readStandards(standards) } : {}),
    ...(databases ? { databases: readDatabases(databases) } : {}),
  };
}

async function currentOf(value: Value | undefined, snapshot: Value | undefined): Promise<Current> {
  if (snapshot !== undefined) {
    const path = await existing(snapshot, 'a snapshot that `dbd snapshot -o prod.dbds` has written');
    return { kind: 'snapshot', path };
  }
  if (value === undefined || value.text === 'none') return { kind: 'none' };
  if (isUrl(value.text)) return { kind: 'url', url: checkedUrl(value) };
  const path = await existing(
    value,
    'a postgres:// URL, a SQL file, a folder of SQL files, a snapshot (.dbds), or `none`',
  );
  if (path.endsWith('.dbds')) return { kind: 'snapshot', path };
  return { kind: (await stat(path)).isDirectory() ? 'folder' : 'file', path };
}

function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}

/** Never shows the address: it may hold a password. */
function checkedUrl({ text, where: from }: Value): string {
  if (/^postgres(?:ql)?:\/\/\S*$/i.test(text) && URL.canParse(text)) return text;
  return fail(
    'connect.url',
    `The address at ${from} is not a database URL of the form postgres://user@host:5432/name.`,
  );
}

async function existing({ text, folder, where: from }: Value, expected: string): Promise<string> {
  const path = resolve(folder, text);
  const found = await stat(path).catch(() => undefined);
  if (!found)
    return fail('file.missing', `${from} names ${path}, which does not exist.`, {
      hint: `It must be ${expected}.`,
    });
  return path;
}
