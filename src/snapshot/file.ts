import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { constants, createGzip, gunzip } from 'node:zlib';
import { fail } from '../base/error.ts';
import { version } from '../base/version.ts';
import type { Snapshot } from '../engine/model.ts';
import { canonicalPieces } from './canonical.ts';
import { checkSnapshot } from './schema/schema.ts';

/** Version of the file's form; readers refuse a newer one. */
export const formatVersion = 1;

/** Largest file, and largest text that it may unpack to, bytes: Node holds no longer text. */
const largest = 480 * 1024 * 1024;

const head = /^\{"format":"dbds","version":(\d{1,9}),"program":"([^"\\]{0,64})","snapshot":/;
const tail = /,"sha256":"([0-9a-f]{64})"\}\n$/;
const tailBytes = ',"sha256":""}\n'.length + 64;

/** What happened when a file was written. */
export interface WrittenSnapshot {
  /** Bytes of the file, and of the text inside. */
  readonly bytes: number;
  readonly unpackedBytes: number;
  /** An older snapshot stood there. */
  readonly replaced: boolean;
}

/**
 * Writes a snapshot as one compressed file that only its owner may read; it appears whole or not at all. An older snapshot is replaced, any other file is
 * not. Throws `file.exists` and `file.unwritable`.
 */
export async function writeSnapshot(path: string, snapshot: Snapshot): Promise<WrittenSnapshot> {
  const checked = checkSnapshot(snapshot);
  if (checked.kind === 'wrong')
    fail('internal.bug', `The snapshot does not fit its own schema: ${checked.field}: ${checked.says}.`);
  const target = await realpath(path).catch(() => path);
  const replaced = await standsThere(target, path);
  const beside = `${target}.${randomBytes(6).toString('hex')}.part`;
  let unpackedBytes = 0;
  const text = function* (): Generator<Buffer> {
    const sum = createHash('sha256');
    yield Buffer.from(`{"format":"dbds","version":${formatVersion},"program":"${version}","snapshot":`);
    for (const piece of canonicalPieces(snapshot)) {
      const bytes = Buffer.from(piece);
      sum.update(bytes);
      unpackedBytes += bytes.length;
      yield bytes;
    }
    yield Buffer.from(`,"sha256":"${sum.digest('hex')}"}\n`);
  };
  try {
    await pipeline(
      Readable.from(text(), { objectMode: false }),
      createGzip({ level: 6 }),
      createWriteStream(beside, { flags: 'wx', mode: 0o600, flush: true }),
    );
    await rename(beside, target);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => undefined);
    fail(
      'file.unwritable',
      `The snapshot ${path} cannot be written (${(cause as NodeJS.ErrnoException).code ?? 'unknown'}).`,
      {
        cause,
        hint: 'Check that the folder exists, is writable and has space.',
      },
    );
  }
  return { bytes: (await stat(target)).size, unpackedBytes, replaced };
}

/** Reads and checks a snapshot; throws `file.missing`, `file.unreadable` and `snapshot.invalid`, which names the field that is wrong. */
export async function readSnapshot(path: string): Promise<Snapshot> {
  return (await openSnapshot(path)).snapshot;
}

/** A snapshot with what its file tells; throws as {@link readSnapshot}. */
export async function openSnapshot(path: string): Promise<{
  readonly snapshot: Snapshot;
  readonly program: string;
  readonly bytes: number;
  readonly unpackedBytes: number;
}> {
  const packed = await packedBytes(path);
  const unpacked = await unpack(packed, path);
  const opening = head.exec(unpacked.subarray(0, 200).toString('latin1'));
  if (!opening) invalid(path, `holds no snapshot but ${kindOf(unpacked)}`);
  if (Number(opening[1]) > formatVersion)
    fail('snapshot.invalid', `${path} was written by a newer dbd (${opening[2]}, form ${opening[1]}).`, {
      hint: 'Update: npm install --save-dev database-developer@latest',
    });
  const closing = tail.exec(unpacked.subarray(-tailBytes).toString('latin1'));
  if (!closing) invalid(path, 'is cut off or was changed');
  const body = unpacked.subarray(opening[0].length, unpacked.length - tailBytes);
  if (createHash('sha256').update(body).digest('hex') !== closing[1])
    invalid(path, 'was changed after it was written: its checksum does not match');
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return invalid(path, 'holds no valid JSON');
  }
  const checked = checkSnapshot(value);
  if (checked.kind === 'wrong')
    invalid(path, `does not have the form of a snapshot: ${checked.field}: ${checked.says}`);
  return {
    snapshot: checked.snapshot,
    program: opening[2]!,
    bytes: packed.length,
    unpackedBytes: unpacked.length,
  };
}

async function packedBytes(path: string): Promise<Buffer> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) =>
    fail(
      cause.code === 'ENOENT' || cause.code === 'ENOTDIR' ? 'file.missing' : 'file.unreadable',
      `The snapshot ${path} cannot be read (${cause.code ?? 'unknown'}).`,
      { cause, hint: 'Make one: dbd snapshot --database URL -o prod.dbds' },
    ),
  );
  if (found.isDirectory()) invalid(path, 'is a folder');
  if (!found.isFile()) invalid(path, 'is no plain file');
  if (found.size > largest) invalid(path, 'is larger than any snapshot');
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) =>
    fail('file.unreadable', `The snapshot ${path} cannot be read (${cause.code ?? 'unknown'}).`, { cause }),
  );
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) invalid(path, `is ${kindOf(bytes)}`);
  return bytes;
}

async function unpack(packed: Buffer, path: string): Promise<Buffer> {
  try {
    return await promisify(gunzip)(packed, { maxOutputLength: largest });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    return invalid(
      path,
      code === 'ERR_BUFFER_TOO_LARGE'
        ? 'unpacks to more than any snapshot holds'
        : code === 'Z_BUF_ERROR'
          ? 'is cut off'
          : 'is damaged',
    );
  }
}

/** What somebody took for a snapshot. */
function kindOf(bytes: Buffer): string {
  const start = bytes.subarray(0, 4096).toString('latin1');
  if (bytes.length === 0) return 'empty';
  if (start.startsWith('PGDMP')) return 'an archive of pg_dump, which holds rows';
  if (start.startsWith('{"format":"dbds"')) return 'a snapshot of another form, or an unpacked one';
  if (/^\s*[[{]/.test(start)) return 'other JSON';
  if (/^\s*(?:--|\/\*|SET |CREATE |ALTER |INSERT |BEGIN|COPY |SELECT |\\)/i.test(start)) return 'SQL';
  return 'something else';
}

function invalid(path: string, says: string): never {
  return fail('snapshot.invalid', `${path} ${says}.`, {
    hint: 'A snapshot is what `dbd snapshot` writes. Take it again, or copy it again byte for byte.',
  });
}

/** Whether an older snapshot stands at the place; throws for any other file. */
async function standsThere(target: string, shown: string): Promise<boolean> {
  const found = await stat(target).catch(() => undefined);
  if (!found) return false;
  if (!found.isFile())
    fail('file.exists', `${shown} is there already and is no file.`, {
      hint: 'Give the name of a file with -o.',
    });
  if (found.size === 0) return false;
  const handle = await open(target);
  try {
    const start = Buffer.alloc(512);
    const { bytesRead } = await handle.read(start, 0, start.length, 0);
    // The rest is missing, so that only as much as this unpacks.
    const text = await promisify(gunzip)(start.subarray(0, bytesRead), {
      finishFlush: constants.Z_SYNC_FLUSH,
    }).catch(() => Buffer.alloc(0));
    if (text.subarray(0, 16).toString('latin1') === '{"format":"dbds"') return true;
  } finally {
    await handle.close();
  }
  return fail('file.exists', `${shown} is there already and is no snapshot; nothing was changed.`, {
    hint: 'Give another name with -o, or remove the file.',
  });
}
