/** SQL files that somebody wrote: single files, folders of files, or a change folder with `up/` and `down/`. */
import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DbdError, fail } from '../../base/error.ts';
import { changeFiles, readChange } from '../../change/files.ts';
import type { Change } from '../../change/model.ts';
import type { SqlFile } from '../../rehearse/files.ts';

/** A file with the path that it was read from. */
type ReadFile = SqlFile & { readonly from?: string };

/** Files in the order in which they run; `down` is empty when no way back was written. */
export interface MigrationFiles {
  readonly up: readonly ReadFile[];
  readonly down: readonly ReadFile[];
}

/** Reads what the paths name; throws `file.missing` and `file.unreadable`. */
export async function migrationFiles(paths: readonly string[]): Promise<MigrationFiles> {
  const up: ReadFile[] = [];
  const down: ReadFile[] = [];
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (!found)
      fail('file.missing', `There is no file or folder ${path}.`, {
        hint: 'Give SQL files, or a folder of them.',
      });
    if (!found.isDirectory()) up.push(await readSql(path, basename(path)));
    else if ((await names(path)).includes('up')) {
      up.push(...(await readFolder(join(path, 'up'), 'up')));
      down.push(...(await readFolder(join(path, 'down'), 'down')));
    } else up.push(...(await readFolder(path, basename(path))));
  }
  if (up.length === 0)
    fail('usage.missing-input', 'There is no SQL file to rehearse.', {
      hint: 'The folder needs files that end in .sql.',
    });
  return { up, down };
}

async function readFolder(folder: string, shown: string): Promise<readonly ReadFile[]> {
  const files = (await names(folder)).filter((name) => name.endsWith('.sql')).toSorted();
  return Promise.all(files.map((name) => readSql(join(folder, name), `${shown}/${name}`)));
}

async function names(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}

async function readSql(path: string, shown: string): Promise<ReadFile> {
  const bytes = await readFile(path).catch((cause: unknown) =>
    fail('file.unreadable', `${path} cannot be read.`, { cause }),
  );
  if (bytes.includes(0))
    fail('file.unreadable', `${path} is not text.`, {
      hint: 'Give SQL text; a custom-format dump must be turned into SQL first.',
    });
  return { path: shown, sql: bytes.toString('utf8'), from: path };
}

/**
 * The change that a folder of ours holds, to be run with its lock waits and retries; undefined when the files are not exactly as
 * they were written, since then only their text counts.
 */
export function writtenChange({ up, down }: MigrationFiles): Change | undefined {
  if (!up[0]?.sql.startsWith('-- dbd: change ')) return undefined;
  const files = [...up, ...down];
  try {
    const change = readChange(files);
    const same = new Map(changeFiles(change).map((file) => [file.path, file.sql]));
    return same.size === files.length && files.every((file) => same.get(file.path) === file.sql)
      ? change
      : undefined;
  } catch (error) {
    if (error instanceof DbdError) return undefined;
    throw error;
  }
}
