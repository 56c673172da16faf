/** Files of a commit or tree, read from git's own store: nothing is checked out, so no filter, link or hook acts. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fail } from '../../base/error.ts';
import type { Git } from './git.ts';

/** A file, or something that is none: a link, a submodule. */
export interface TreeEntry {
  readonly path: string;
  readonly kind: 'file' | 'link' | 'submodule';
  readonly hash: string;
  readonly bytes: number;
}

/** Largest file that is taken out, bytes. */
const largest = 64 * 1024 * 1024;
/** Bytes that are read in one go. */
const batch = 64 * 1024 * 1024;

/** Everything in a tree by its path; paths that a file system would take for another place are left out. Throws `git.failed`. */
export async function treeEntries(git: Git, tree: string): Promise<ReadonlyMap<string, TreeEntry>> {
  const listed = await git.text(['ls-tree', '-r', '-z', '-l', '--full-tree', tree]);
  const entries = listed.split('\0').flatMap((line): TreeEntry[] => {
    const found = /^(\d{6}) \w+ ([0-9a-f]{40,64}) +(\d+|-)\t([\s\S]+)$/.exec(line);
    if (!found || !harmless(found[4]!)) return [];
    const [, mode, hash, bytes, path] = found as unknown as [string, string, string, string, string];
    const kind = mode === '120000' ? 'link' : mode === '160000' ? 'submodule' : 'file';
    return [{ path, kind, hash, bytes: Number(bytes) || 0 }];
  });
  return new Map(entries.map((entry) => [entry.path, entry]));
}

function harmless(path: string): boolean {
  return path
    .split('/')
    .every((part) => part !== '' && part !== '.' && part !== '..' && part.toLowerCase() !== '.git');
}

/** Writes files below a folder with the bytes that git keeps; those that are too large are left out. Throws `git.revision` for objects that are not in this clone, and `git.failed`. */
export async function writeEntries(git: Git, entries: readonly TreeEntry[], folder: string): Promise<void> {
  const files = entries.filter(({ kind, bytes }) => kind === 'file' && bytes <= largest);
  let at = 0;
  while (at < files.length) {
    const some: TreeEntry[] = [];
    for (let bytes = 0; at < files.length && some.length < 2000 && bytes < batch; at += 1) {
      some.push(files[at]!);
      bytes += files[at]!.bytes;
    }
    const { code, out } = await git.run(['cat-file', '--batch'], {
      input: some.map(({ hash }) => `${hash}\n`).join(''),
    });
    if (code !== 0) fail('git.failed', 'git cat-file failed.');
    let from = 0;
    for (const entry of some) {
      const end = out.indexOf(10, from);
      const size = Number(/^[0-9a-f]+ blob (\d+)$/.exec(out.toString('latin1', from, end))?.[1] ?? NaN);
      if (!Number.isFinite(size))
        fail('git.revision', `${entry.path} is not in this clone.`, {
          hint: 'Clone without --filter, or with `fetch-depth: 0`.',
        });
      const path = join(folder, entry.path);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, out.subarray(end + 1, end + 1 + size));
      from = end + 1 + size + 1;
    }
  }
}
