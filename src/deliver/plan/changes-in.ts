/** Change folders as `--out` writes them: one, or several that follow one another by name. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readChange } from '../../change/files.ts';
import type { Change, ChangeFile } from '../../change/model.ts';

/** The changes of a folder in the order of their names; empty when it is no folder of changes. Throws `change.refused` for files that are none. */
export async function changesIn(folder: string): Promise<readonly Change[]> {
  const own = await filesOf(folder);
  if (own.length > 0) return [readChange(own)];
  const changes: Change[] = [];
  for (const name of (await namesIn(folder)).toSorted()) {
    const files = await filesOf(join(folder, name));
    if (files.length > 0) changes.push(readChange(files));
  }
  return changes;
}

async function filesOf(folder: string): Promise<readonly ChangeFile[]> {
  const files: ChangeFile[] = [];
  for (const way of ['up', 'down'])
    for (const name of await namesIn(join(folder, way)))
      if (name.endsWith('.sql'))
        files.push({ path: `${way}/${name}`, sql: await readFile(join(folder, way, name), 'utf8') });
  return files.some(({ path, sql }) => path.startsWith('up/') && sql.startsWith('-- dbd: change '))
    ? files
    : [];
}

function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
