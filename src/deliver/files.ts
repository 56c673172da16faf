/** Writing a folder of results so that a crash or a full disk never leaves half a file. */
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fail } from '../base/error.ts';

/** Path within the folder and content. */
export interface OutputFile {
  readonly path: string;
  readonly text: string;
  /** What it is, in the report's list of files. */
  readonly what?: string;
}

/** Proves that the folder can be made and written, before any long work, and leaves all as it was; throws `file.unwritable`. */
export async function prepareFolder(folder: string): Promise<void> {
  const trial = join(folder, '.dbd-trial');
  try {
    const made = await mkdir(folder, { recursive: true });
    await writeFile(trial, '');
    await rm(made ?? trial, { recursive: true });
  } catch (error) {
    unwritable(folder, error);
  }
}

/** Writes all files, each under a temporary name first; within `owned` sub-folders, files of an earlier run are removed. */
export async function writeFolder(
  folder: string,
  files: readonly OutputFile[],
  owned: readonly string[] = [],
): Promise<void> {
  const temporary = files.map((file) => ({
    from: join(folder, `${file.path}.part`),
    to: join(folder, file.path),
    text: file.text,
  }));
  try {
    for (const file of temporary) {
      await mkdir(dirname(file.from), { recursive: true });
      await writeFile(file.from, file.text);
    }
    for (const sub of owned) await removeStale(folder, sub, new Set(files.map((file) => file.path)));
    for (const file of temporary) await rename(file.from, file.to);
  } catch (error) {
    await Promise.all(temporary.map((file) => rm(file.from, { force: true }).catch(() => undefined)));
    unwritable(folder, error);
  }
}

async function removeStale(folder: string, sub: string, kept: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(join(folder, sub)).catch(() => [])) {
    const path = `${sub}/${name}`;
    if (/^\d\d-[a-z]+\.sql$/.test(name) && !kept.has(path)) await rm(join(folder, path));
  }
}

function unwritable(folder: string, error: unknown): never {
  const reason = (error as NodeJS.ErrnoException).code ?? 'unknown';
  const said =
    {
      ENOSPC: 'the disk is full',
      EROFS: 'the file system is read-only',
      EACCES: 'permission is missing',
      ENOTDIR: 'a part of the path is a file',
    }[reason] ?? reason;
  fail('file.unwritable', `The results cannot be written to ${folder}: ${said}.`, {
    hint: 'Choose another folder with --out.',
    cause: error,
  });
}

/** A text with paths below the current folder written from there. */
export function fromHere(text: string, cwd: string): string {
  return text.replaceAll(`${cwd}/`, '');
}
