/** Reads a base backup that lies in a folder, in either of its two layouts. */
import { existsSync, lstatSync, readFileSync, readdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '../../../base/error.ts';
import type { BaseCheck, UnpackOptions } from '../../../engine/backup/model.ts';
import { manifestName, readManifest } from './manifest.ts';
import { judge, Reading, refuseDamaged } from './reading.ts';
import { TarReader, type Members } from './tar.ts';

const pieceBytes = 1024 * 1024;

/** Checks a base backup, every byte of it; throws `backup.damaged` when it is none, or its archive or list cannot be read. */
export function verify(folder: string, signal: AbortSignal): Promise<BaseCheck> {
  return read(folder, undefined, { signal });
}

/** Unpacks a base backup into an empty data folder; throws `backup.damaged` naming the first file that is wrong. */
export async function unpack(folder: string, data: string, options: UnpackOptions): Promise<BaseCheck> {
  const check = await read(folder, data, options);
  refuseDamaged(folder, check.problems);
  return check;
}

async function read(
  folder: string,
  root: string | undefined,
  { signal, own }: UnpackOptions,
): Promise<BaseCheck> {
  const started = performance.now();
  const format = formatOf(folder);
  const manifest = readManifest(readFileSync(join(folder, manifestName)));
  const reading = new Reading({ manifest, ...(root === undefined ? {} : { root }), ...(own ? { own } : {}) });
  try {
    if (format === 'plain') await readPlain(folder, reading, signal);
    else {
      await readTar(join(folder, 'base.tar'), 'base.tar', reading, signal);
      // The server's own client puts the log into an archive of its own.
      if (existsSync(join(folder, 'pg_wal.tar')))
        await readTar(join(folder, 'pg_wal.tar'), 'pg_wal.tar', below('pg_wal', reading), signal);
    }
  } finally {
    reading.abandon();
  }
  const { facts, problems } = judge(manifest, reading.files);
  return { ...facts, format, problems, ms: performance.now() - started };
}

function formatOf(folder: string): 'tar' | 'plain' {
  if (!existsSync(folder)) fail('file.missing', `There is no folder ${folder}.`);
  if (!existsSync(join(folder, manifestName)))
    fail('backup.damaged', `${folder} is not a base backup: ${manifestName} is missing.`, {
      hint: 'Name a folder that `dbd backup` or pg_basebackup made.',
    });
  if (existsSync(join(folder, 'base.tar'))) return 'tar';
  const packed = readdirSync(folder).find((name) => name.startsWith('base.tar.'));
  if (packed !== undefined)
    fail('backup.refused', `${packed} is compressed.`, { hint: 'Unpack it to base.tar first.' });
  if (existsSync(join(folder, 'PG_VERSION'))) return 'plain';
  return fail('backup.damaged', `${folder} is not usable: base.tar and PG_VERSION are missing.`);
}

async function readTar(path: string, name: string, members: Members, signal: AbortSignal): Promise<void> {
  const reader = new TarReader(name, members);
  await inPieces(path, (piece) => reader.push(piece), signal);
  reader.end();
}

async function readPlain(folder: string, members: Members, signal: AbortSignal): Promise<void> {
  const visit = async (path: string): Promise<void> => {
    for (const entry of readdirSync(join(folder, path), { withFileTypes: true })) {
      const inside = path === '' ? entry.name : `${path}/${entry.name}`;
      if (entry.isSymbolicLink())
        fail('backup.refused', `${inside} is a link: a tablespace.`, {
          hint: 'dbd restores clusters without tablespaces; use pgBackRest for this one.',
        });
      if (entry.isDirectory()) {
        members.folder(inside);
        await visit(inside);
      } else if (inside !== manifestName) {
        members.open(inside, lstatSync(join(folder, inside)).size);
        await inPieces(join(folder, inside), (piece) => members.piece(piece), signal);
        members.close();
      }
    }
  };
  await visit('');
}

/** Reads a file piece by piece into the same memory. */
async function inPieces(path: string, take: (piece: Buffer) => void, signal: AbortSignal): Promise<void> {
  const file = await open(path, 'r');
  try {
    const memory = Buffer.allocUnsafe(pieceBytes);
    for (;;) {
      signal.throwIfAborted();
      const { bytesRead } = await file.read(memory, 0, pieceBytes);
      if (bytesRead === 0) return;
      take(memory.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}

function below(prefix: string, members: Members): Members {
  return {
    folder: (path) => members.folder(`${prefix}/${path}`),
    open: (path, bytes) => members.open(`${prefix}/${path}`, bytes),
    piece: (piece) => members.piece(piece),
    close: () => members.close(),
  };
}
