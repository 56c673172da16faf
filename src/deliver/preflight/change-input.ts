/** The change that a command was given: a folder with `up` and `down`, or SQL files. */
import { stat } from 'node:fs/promises';
import type { ChangeFile } from '../../change/model.ts';
import { folderFiles, hashOfFiles, sha256 } from '../../evidence/folder.ts';
import { migrationFiles } from '../rehearsal/migration-files.ts';

export interface ChangeInput {
  readonly files: readonly ChangeFile[];
  /** {@link hashOfFiles} of what was given. */
  readonly hash: string;
  /** The change folder, when it was one folder. */
  readonly folder?: string;
}

/** Reads what the paths name. Throws `file.missing`, `file.unreadable`, `usage.missing-input`. */
export async function changeInput(paths: readonly string[]): Promise<ChangeInput> {
  const { up, down } = await migrationFiles(paths);
  const files = [...up, ...down];
  const [only] = paths;
  if (paths.length === 1 && only !== undefined && (await stat(only)).isDirectory())
    return { files, hash: hashOfFiles(await folderFiles(only)), folder: only };
  return { files, hash: hashOfFiles(files.map(({ path, sql }) => ({ path, sha256: sha256(sql) }))) };
}
