import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Session } from '../../../engine/session/model.ts';

/** Bytes of a block as the system counts them for a file. */
const blockBytes = 512;

/** Bytes that the files of the session's database take on the disk. */
export async function diskBytesOf(session: Session): Promise<number> {
  const { rows } = await session.query<{ folder: string }>(`
    SELECT current_setting('data_directory') || '/base/' || oid AS folder FROM pg_catalog.pg_database WHERE datname = current_database()`);
  const { folder } = rows[0]!;
  const names = await readdir(folder);
  let blocks = 0;
  for (const name of names) blocks += (await lstat(join(folder, name)).catch(() => ({ blocks: 0 }))).blocks;
  return blocks * blockBytes;
}
