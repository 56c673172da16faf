/** Whether files of a server may be changed from here. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../../base/error.ts';
import type { Session } from '../../../engine/session/model.ts';
import { pageBytes } from './page.ts';

const serverQuery = `
  SELECT current_setting('data_checksums') AS checksums, current_setting('block_size')::int AS block, current_setting('data_directory') AS folder,
         (SELECT system_identifier::text FROM pg_catalog.pg_control_system()) AS identity, extract(epoch FROM pg_catalog.pg_postmaster_start_time())::float8 AS started`;

/** Seconds that a server may take between noting its start in its folder and in its memory. */
const startSlack = 60;

interface ServerRow extends Record<string, unknown> {
  readonly checksums: string;
  readonly block: number;
  readonly folder: string;
  readonly identity: string;
  readonly started: number;
}

/** Throws `twin.hollow` unless the server runs on this machine and has pages as we write them. */
export async function checkHere(session: Session): Promise<void> {
  const { rows } = await session.query<ServerRow>(serverQuery);
  const { checksums, block } = rows[0]!;
  if (!isHere(rows[0]!))
    fail(
      'twin.hollow',
      'The data folder of the server is not on this machine, so its files cannot be made longer.',
      {
        hint: 'Use a sandbox that dbd starts itself.',
      },
    );
  if (checksums === 'on' || block !== pageBytes)
    fail(
      'twin.hollow',
      checksums === 'on'
        ? 'The server checks sums over its pages, so its files cannot be made longer.'
        : `The server has pages of ${block} bytes; only those of ${pageBytes} bytes are known.`,
      { hint: 'Use a sandbox that dbd starts itself.' },
    );
}

/** Whether the folder of that name on this machine is the one that the server runs on: another server, or a standby of it, may have a folder of the same name here. */
export function isHere({
  folder,
  identity,
  started,
}: Pick<ServerRow, 'folder' | 'identity' | 'started'>): boolean {
  try {
    const control = readFileSync(join(folder, 'global', 'pg_control'));
    const start = Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[2]);
    return String(control.readBigUInt64LE(0)) === identity && Math.abs(start - started) < startSlack;
  } catch {
    return false;
  }
}
