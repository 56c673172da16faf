/** Finds and reads `dbd.config.yaml`, and lets command-line values win over it. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isMap, isScalar, LineCounter, parseDocument, type Scalar } from 'yaml';
import { fail } from '../base/error.ts';
import { nearest } from '../base/text.ts';
import type { Config, Current } from './model.ts';

/** Name of the file that is searched. */
export const configName = 'dbd.config.yaml';

const keys = ['current', 'workload', 'changes', 'sandbox'] as const;
type Key = (typeof keys)[number];
type Env = Readonly<Record<string, string | undefined>>;

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

/** Loads the configuration; without a file everything is at its default. Throws `config.invalid`, `file.missing`, `file.unreadable` and `connect.url`. */
export async function loadConfig({ from, overrides = {}, cwd, env }: ConfigOptions): Promise<Config> {
  const file = await find(from.map((folder) => resolve(cwd, folder)));
  const values = file === undefined ? new Map<Key, Value>() : readConfig(await readText(file), file, env);
  for (const key of keys) {
    const text = overrides[key];
    if (text !== undefined) values.set(key, { text, folder: cwd, where: `--${key}` });
  }
  const workload = values.get('workload');
  const changes = values.get('changes');
  const sandbox = values.get('sandbox');
  return {
    ...(file === undefined ? {} : { file }),
    current: await currentOf(values.get('current')),
    ...(workload ? { workload: await existing(workload, 'a file of named queries') } : {}),
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

function readConfig(text: string, file: string, env: Env): Map<Key, Value> {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    lineCounter: lines,
    prettyErrors: false,
    logLevel: 'silent',
  });
  const refuse = (offset: number, sentence: string, hint?: string): never => {
    const { line, col } = lines.linePos(offset);
    return fail('config.invalid', `${where(file, line, col)}: ${sentence}`, {
      ...(hint === undefined ? {} : { hint }),
      details: { line, column: col },
    });
  };
  const [error] = document.errors;
  if (error) refuse(error.pos[0], `${error.message.slice(0, 200)}.`);
  const values = new Map<Key, Value>();
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null))
    return values;
  if (!isMap(document.contents)) return refuse(0, `the file must be a map with the keys ${keys.join(', ')}.`);
  for (const { key, value } of document.contents.items) {
    const name = String((key as Scalar).value);
    const offset = (key as Scalar).range?.[0] ?? 0;
    const known = keys.find((each) => each === name);
    if (!known) {
      const near = nearest(name, keys);
      return refuse(
        offset,
        `unknown key \`${name.slice(0, 60)}\`.`,
        near === undefined ? `Known keys: ${keys.join(', ')}.` : `Did you mean \`${near}\`?`,
      );
    }
    if (value === null || (isScalar(value) && value.value === null)) continue;
    const at = (value as Scalar).range?.[0] ?? offset;
    if (!isScalar(value) || typeof value.value !== 'string' || value.value.trim() === '')
      return refuse(at, `\`${name}\` must be a text.`);
    const { line, col } = lines.linePos(at);
    values.set(known, {
      text: withEnvironment(value.value.trim(), env, (sentence, hint) => refuse(at, sentence, hint)),
      folder: dirname(file),
      where: where(file, line, col),
    });
  }
  return values;
}

function where(file: string, line: number, column: number): string {
  return `${file}, line ${line}, column ${column}`;
}

/** Puts environment values in the place of `${NAME}`, so that no password needs to stand in the file. */
function withEnvironment(text: string, env: Env, refuse: (sentence: string, hint: string) => never): string {
  return text.replaceAll(/\$\{([^}]*)\}/g, (_, name: string) => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
      return refuse(
        `\`\${${name.slice(0, 60)}}\` is not the name of an environment variable.`,
        'Write it as `${DATABASE_URL}`.',
      );
    const value = env[name];
    return value === undefined || value === ''
      ? refuse(
          `the environment variable ${name} is not set.`,
          `Set ${name}, or give the value on the command line.`,
        )
      : value;
  });
}

async function currentOf(value: Value | undefined): Promise<Current> {
  if (value === undefined || value.text === 'none') return { kind: 'none' };
  if (isUrl(value.text)) return { kind: 'url', url: checkedUrl(value) };
  const path = await existing(value, 'a postgres:// URL, a SQL file, a folder of SQL files, or `none`');
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
