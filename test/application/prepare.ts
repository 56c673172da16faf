/** What a mapper needs between the writing of its files and their use. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../architecture/source.ts';

/** The work for the mapper of this name; undefined when there is none. */
export function prepareFor(mapper: string): ((folder: string) => void) | undefined {
  return mapper === 'prisma' ? generateClient : undefined;
}

/** Has Prisma generate its client. Its command looks for a program that only migrations need; naming any program spares the download. */
export function generateClient(folder: string): void {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'node_modules/prisma/build/index.js'), 'generate', '--schema', join(folder, 'schema.prisma')],
    {
      cwd: folder,
      encoding: 'utf8',
      timeout: 60_000,
      env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' },
    },
  );
  if (status !== 0) throw new Error(`prisma generate failed:\n${stdout}${stderr}`);
}
