/** The files of a change, each with its hash. */
import { createHash } from 'node:crypto';
import { lstat, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../base/error.ts';
import { hash } from '../base/hash.ts';
import type { FileHash } from './model.ts';

/** Where signed evidence stands in a change folder. */
export const evidenceName = 'evidence.json';
/** Files that are written beside a change after it was rehearsed, and carry proofs of their own. */
const later = new Set([evidenceName, 'preflight.json', 'before.json', 'confirm.json']);
/** Files of one change at most. */
const most = 10_000;

/** Hashes of every file of a change folder, in the order of their paths. Throws `file.missing`, and `evidence.refused` for links and other things that are no files. */
export async function folderFiles(folder: string): Promise<readonly FileHash[]> {
  const found: FileHash[] = [];
  const walk = async (relative: string): Promise<void> => {
    const names = await readdir(join(folder, relative)).catch((cause: NodeJS.ErrnoException) =>
      fail('file.missing', `The change folder ${folder} cannot be read (${cause.code ?? 'unknown'}).`, {
        cause,
        hint: 'Name the folder that holds `up` and `down`.',
      }),
    );
    for (const name of names) {
      const path = relative === '' ? name : `${relative}/${name}`;
      const kind = await lstat(join(folder, path));
      if (kind.isDirectory()) await walk(path);
      else if (!kind.isFile())
        fail('evidence.refused', `${path} is a link or no regular file: what it holds can change unseen.`, {
          hint: 'Put the file itself into the change folder.',
        });
      else if (relative !== '' || !later.has(name))
        found.push({ path, sha256: sha256(await readFile(join(folder, path))) });
      if (found.length > most)
        fail('evidence.refused', `${folder} holds more than ${most} files: it is no change folder.`);
    }
  };
  await walk('');
  return found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** Name of a change by what it does: one hash over paths and hashes of the files in `up` and `down`, or of all files where there is no `up`. */
export function hashOfFiles(files: readonly FileHash[]): string {
  const steps = files.filter(({ path }) => /^(?:up|down)\//.test(path));
  const those = steps.some(({ path }) => path.startsWith('up/')) ? steps : files;
  return hash(those.toSorted((a, b) => (a.path < b.path ? -1 : 1)).map(({ path, sha256: of }) => [path, of]));
}

/** {@link hashOfFiles} of a folder. */
export async function changeHash(folder: string): Promise<string> {
  return hashOfFiles(await folderFiles(folder));
}

/** SHA-256 in hex. */
export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
