/** The folder of a backup: written beside its place and moved there whole. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DbdError, fail } from '../base/error.ts';
import { formatBytes } from '../base/units.ts';
import type { BackupRecord } from './model.ts';

/** Names within a backup's folder. */
export const names = { base: 'base', log: 'wal', record: 'backup.json' } as const;

/** Runs the work on a new folder beside the wanted one and moves it there when the work is done; on any failure nothing is left. */
export async function inNewFolder<T>(
  folder: string,
  bytes: number,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const temporary = `${folder}.part-${process.pid}`;
  try {
    mkdirSync(dirname(folder), { recursive: true });
    refuseFull(folder);
    removeUnfinished(folder);
    const { bavail, bsize } = await statfs(dirname(folder));
    if (bavail * bsize < bytes)
      fail(
        'file.unwritable',
        `${dirname(folder)} has ${formatBytes(bavail * bsize)} left, and ${formatBytes(bytes)} are needed.`,
        { hint: 'Choose a folder on another disk.' },
      );
    mkdirSync(temporary, { mode: 0o700 });
    const made = await work(temporary);
    renameSync(temporary, folder);
    return made;
  } catch (error) {
    if (existsSync(temporary)) rmSync(temporary, { recursive: true, force: true });
    throw diskError(folder, error);
  }
}

/** Throws `file.exists` when something is there already that would be overwritten. */
export function refuseFull(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isDirectory() || readdirSync(folder).length > 0)
    fail('file.exists', `${folder} is there already and is not an empty folder.`, {
      hint: 'Name a new folder; nothing is ever written over an existing one.',
    });
}

/** What commands that were killed left beside the folder. */
function removeUnfinished(folder: string): void {
  const prefix = `${basename(folder)}.part-`;
  for (const name of readdirSync(dirname(folder))) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : 0;
    if (pid > 0 && !running(pid)) rmSync(join(dirname(folder), name), { recursive: true, force: true });
  }
}

function running(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function diskError(folder: string, error: unknown): unknown {
  if (error instanceof DbdError) return error;
  const { code } = error as NodeJS.ErrnoException;
  const said = {
    ENOSPC: 'the disk is full',
    EDQUOT: 'the disk is full',
    EROFS: 'the file system is read-only',
    EACCES: 'permission is missing',
    ENOTDIR: 'a part of the path is a file',
    EEXIST: 'a part of the path is a file',
  }[code ?? ''];
  return said === undefined
    ? error
    : new DbdError('file.unwritable', `${folder} cannot be written: ${said}.`, {
        hint: 'Choose another folder.',
        cause: error,
      });
}

/** Where the parts of a backup are: one of ours, or a folder that the server's own client made. */
export function openBackup(folder: string): {
  readonly base: string;
  readonly log?: string;
  readonly record?: BackupRecord;
} {
  if (!existsSync(folder)) fail('file.missing', `There is no folder ${folder}.`);
  const record = readRecord(join(folder, names.record));
  if (!record) return { base: folder };
  const log = join(folder, names.log);
  return { base: join(folder, names.base), record, ...(existsSync(log) ? { log } : {}) };
}

function readRecord(path: string): BackupRecord | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const read = JSON.parse(readFileSync(path, 'utf8')) as BackupRecord;
    if (read.schema === 'dbd.backup/1') return read;
  } catch {
    // Told like a file of another kind.
  }
  return fail('backup.damaged', `${names.record} is not the record of a backup.`, {
    hint: 'It was changed after the backup was taken.',
  });
}
