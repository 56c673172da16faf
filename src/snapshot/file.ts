import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { fail } from '../base/error.ts';
import type { Snapshot } from '../engine/model.ts';

/** Version of the file's form; readers refuse a newer one. */
export const formatVersion = 1;

/** Writes a snapshot as one compressed file. */
export async function writeSnapshot(path: string, snapshot: Snapshot): Promise<void> {
  await writeFile(
    path,
    await promisify(gzip)(JSON.stringify({ format: 'dbds', version: formatVersion, snapshot })),
  );
}

/** Reads a snapshot; throws `file.missing` and `snapshot.invalid`. */
export async function readSnapshot(path: string): Promise<Snapshot> {
  const bytes = await readFile(path).catch((cause: unknown) =>
    fail('file.missing', `The snapshot ${path} cannot be read.`, { cause }),
  );
  const parsed = JSON.parse((await promisify(gunzip)(bytes)).toString('utf8')) as {
    readonly snapshot: Snapshot;
  };
  return parsed.snapshot;
}
