/** Reads a folder of changes. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fail } from '../base/error.ts';
import { hash } from '../base/hash.ts';
import { readChange } from '../change/files.ts';
import type { Change, ChangeFile } from '../change/model.ts';
import type { Engine } from '../engine/model.ts';
import type { StoredChange } from './model.ts';
import { plainChange } from './plain.ts';

/** Largest file that is read, bytes. */
const largest = 64 * 1024 ** 2;

/** The text by which a file is known: neither line endings nor a mark of byte order nor blank lines at the end make it another one. */
export function normalised(sql: string): string {
  return `${sql
    .replace(/^\uFEFF/, '')
    .replaceAll(/\r\n?/g, '\n')
    .trimEnd()}\n`;
}

/**
 * The changes of a folder in the order of their names: folders with `up/`, and files `NNN_name.sql` with `NNN_name.down.sql` beside.
 * The folder, or one file, may be a change itself. Throws `file.missing`, `runner.files`, and `sql.syntax` with the file.
 */
export async function readChanges(engine: Engine, path: string): Promise<readonly StoredChange[]> {
  await engine.grammar.ready();
  const found = await stat(path).catch(() => undefined);
  if (!found)
    return fail('file.missing', `There is no folder of changes at ${path}.`, {
      hint: 'Give it with --changes, or make the first one: `dbd task KAN-29.md -o changes`.',
    });
  if (found.isFile()) return [await fileChange(engine, path, await filesIn(dirname(path)))];
  const entries = await readdir(path, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  if (folders.includes('up')) return [await folderChange(engine, path)];
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  const changes: StoredChange[] = [];
  for (const name of folders)
    if (await stat(join(path, name, 'up')).catch(() => undefined))
      changes.push(await folderChange(engine, join(path, name)));
  for (const name of names)
    if (/\.sql$/i.test(name) && !/\.down\.sql$/i.test(name))
      changes.push(await fileChange(engine, join(path, name), names));
  const ordered = changes.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  for (const [i, { id }] of ordered.entries())
    if (ordered[i - 1]?.id === id)
      fail('runner.files', `Two changes are called \`${id}\`: a folder and a file.`, {
        hint: `Rename one of them in ${path}.`,
      });
  return ordered;
}

/** What orders a change: the time or number that its name begins with. */
export function orderOf(id: string): string {
  return /^(?:\d{8}T\d{4,6}|\d+)/.exec(id)?.[0] ?? id;
}

async function filesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
}

async function folderChange(engine: Engine, folder: string): Promise<StoredChange> {
  const files: ChangeFile[] = [];
  for (const side of ['up', 'down']) {
    const names = await filesIn(join(folder, side)).catch(() => []);
    for (const name of names.toSorted((a, b) => (a < b ? -1 : 1)))
      if (name.endsWith('.sql'))
        files.push({ path: `${side}/${name}`, sql: await textOf(join(folder, side, name)) });
  }
  const id = basename(folder);
  const questions = await openQuestions(folder);
  const up = within(folder, () => readChange(files));
  checked(engine, up, folder);
  return {
    id,
    folder,
    up,
    files,
    hash: hashOf(files.filter(({ path }) => path.startsWith('up/'))),
    ...(questions === undefined ? {} : { refusal: questions }),
  };
}

async function fileChange(engine: Engine, path: string, names: readonly string[]): Promise<StoredChange> {
  const id = basename(path).replace(/\.sql$/i, '');
  const back = names.find((name) => name.toLowerCase() === `${id.toLowerCase()}.down.sql`);
  const upText = await textOf(path);
  const downText = back === undefined ? undefined : await textOf(join(dirname(path), back));
  return {
    id,
    up: within(path, () => plainChange(engine, id, upText)),
    ...(downText === undefined ? {} : { down: within(back!, () => plainChange(engine, id, downText)) }),
    files: [
      { path: basename(path), sql: upText },
      ...(downText === undefined ? [] : [{ path: back!, sql: downText }]),
    ],
    hash: hashOf([{ path: 'up', sql: upText }]),
  };
}

function hashOf(files: readonly ChangeFile[]): string {
  return hash(files.map(({ path, sql }) => [path, sql]));
}

async function textOf(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > largest)
    return fail('file.unreadable', `${path} is larger than 64 MiB; load data by other means.`);
  const bytes = await readFile(path).catch((cause: unknown) =>
    fail('file.unreadable', `${path} cannot be read.`, { cause }),
  );
  try {
    return normalised(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    return fail('file.unreadable', `${path} is not UTF-8 text.`, { cause });
  }
}

/** Questions that a planner has left open beside the change. */
async function openQuestions(folder: string): Promise<string | undefined> {
  const text = await readFile(join(folder, 'report.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const report = JSON.parse(text) as {
      readonly questions?: unknown;
      readonly output?: { readonly questions?: unknown };
    };
    // What `--json` prints holds the output among the rest.
    const asked = report.output?.questions ?? report.questions;
    const open = Array.isArray(asked) ? asked.length : 0;
    return open === 0 ? undefined : `${open} of its questions ${open === 1 ? 'is' : 'are'} open`;
  } catch {
    return undefined;
  }
}

/** Reads every statement once before anything runs. */
function checked(engine: Engine, change: Change, where: string): void {
  for (const phase of change.phases)
    for (const step of phase.steps)
      for (const sql of [step.sql, step.undo])
        if (sql)
          for (const statement of within(`${where}, step ${step.id}`, () => engine.grammar.split(sql))) {
            const why = engine.grammar.refusal(statement);
            if (why !== undefined) fail('sql.refused', `${where}, step ${step.id}: ${why}`);
          }
}

function within<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error) error.message = `${where}: ${error.message}`;
    throw error;
  }
}
