/** Files of this package that tell how a task is written. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** The JSON schema of a task's block, without the spaces that are there for people. */
export async function taskSchema(): Promise<string> {
  return JSON.stringify(JSON.parse(await readFile(join(root, 'docs/schema/task.json'), 'utf8')));
}

/** How a task is written. */
export function taskGuide(): Promise<string> {
  return readFile(join(root, 'docs/guide/task-file.md'), 'utf8');
}

/** Names of the examples that are tasks, each with its file. */
export async function examples(): Promise<ReadonlyMap<string, string>> {
  const folders = (await readdir(join(root, 'examples')).catch(() => [])).toSorted((a, b) =>
    a < b ? -1 : 1,
  );
  const found = await Promise.all(
    folders.map(async (folder) => {
      const names = await readdir(join(root, 'examples', folder)).catch(() => []);
      const task = names.find((name) => /^[A-Z]+-\d+\.md$/.test(name));
      return task === undefined ? [] : [[folder, join(root, 'examples', folder, task)] as const];
    }),
  );
  return new Map(found.flat());
}
