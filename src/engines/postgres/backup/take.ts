/** Takes a base backup over the replication protocol. */
import { closeSync, fsyncSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DbdError, fail } from '../../../base/error.ts';
import type { TakenBase, TakeOptions } from '../../../engine/backup/model.ts';
import { quote } from '../quote.ts';
import { statementError } from '../sql-error.ts';
import { manifestName, readManifest } from './manifest.ts';
import { judge, Reading, refuseDamaged, writeAll } from './reading.ts';
import { replicate, type Connection, type Exchange } from './replication.ts';
import { TarReader } from './tar.ts';

/** Streams a base backup into a folder, and checks every file on the way against the list that the server sends at the end. */
export async function take(url: string, options: TakeOptions): Promise<TakenBase> {
  const started = performance.now();
  const replication = await replicate(url);
  const cut = (): void => replication.cut();
  options.signal.addEventListener('abort', cut, { once: true });
  const reading = new Reading(options.format === 'plain' ? { root: options.folder } : {});
  try {
    options.signal.throwIfAborted();
    const received = await new Promise<Received>((resolve, reject) => {
      replication.run(
        new BaseBackup(options, reading, resolve, (error) => {
          // Nothing that follows on this connection is of use.
          replication.cut();
          reject(error);
        }),
      );
    });
    const manifest = readManifest(received.manifest);
    const { facts, problems } = judge(manifest, reading.files);
    refuseDamaged('The backup that was received', problems);
    writeDurably(join(options.folder, manifestName), received.manifest);
    return { ...facts, ms: performance.now() - started };
  } catch (error) {
    options.signal.throwIfAborted();
    throw error instanceof DbdError || 'syscall' in (error as object)
      ? error
      : statementError(error, 'BASE_BACKUP', url);
  } finally {
    options.signal.removeEventListener('abort', cut);
    reading.abandon();
    await replication.close();
  }
}

interface Received {
  readonly manifest: Buffer;
}

/** Kinds of the messages inside the copy stream. */
const kinds = { archive: 0x6e, data: 0x64, manifest: 0x6d } as const;

/**
 * The command and its answer. The client library hands out pieces of a buffer that it uses again, so each piece is summed and written
 * before the handler returns; only the short list is copied.
 */
class BaseBackup implements Exchange {
  readonly #options: TakeOptions;
  readonly #reader: TarReader;
  readonly #manifest: Buffer[] = [];
  readonly #done: (received: Received) => void;
  readonly #failed: (error: Error) => void;
  #archive: number | undefined;
  #archives = 0;
  #inManifest = false;
  #broken = false;

  constructor(
    options: TakeOptions,
    reading: Reading,
    done: (received: Received) => void,
    failed: (error: Error) => void,
  ) {
    this.#options = options;
    this.#reader = new TarReader('base.tar', reading);
    this.#done = done;
    this.#failed = failed;
  }

  submit(connection: Connection): void {
    connection.query(
      `BASE_BACKUP (LABEL ${quote.literal(this.#options.label)}, CHECKPOINT 'fast', WAL, WAIT, MANIFEST 'yes', MANIFEST_CHECKSUMS 'SHA256')`,
    );
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    if (this.#broken) return;
    try {
      const kind = chunk[0];
      if (kind === kinds.data) this.#data(chunk.subarray(1));
      else if (kind === kinds.manifest) this.#inManifest = true;
      else if (kind === kinds.archive) this.#begin();
    } catch (error) {
      this.#break(error as Error);
    }
  }

  #begin(): void {
    this.#archives += 1;
    // The cluster's own archive comes last, after those of its tablespaces.
    if (this.#archives > 1)
      fail('backup.refused', 'The cluster has tablespaces, which dbd does not back up.', {
        hint: 'Use pgBackRest or pg_basebackup for this cluster.',
      });
    if (this.#options.format === 'tar')
      this.#archive = openSync(join(this.#options.folder, 'base.tar'), 'wx', 0o600);
  }

  #data(piece: Buffer): void {
    if (this.#inManifest) {
      this.#manifest.push(Buffer.from(piece));
      return;
    }
    this.#reader.push(piece);
    if (this.#archive !== undefined) writeAll(this.#archive, piece);
  }

  handleReadyForQuery(): void {
    if (this.#broken) return;
    try {
      this.#reader.end();
      if (this.#archive !== undefined) {
        fsyncSync(this.#archive);
        this.#letGo();
      }
      this.#done({ manifest: Buffer.concat(this.#manifest) });
    } catch (error) {
      this.#break(error as Error);
    }
  }

  handleError(error: Error): void {
    this.#break(error);
  }

  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleCommandComplete(): void {}

  #break(error: Error): void {
    this.#broken = true;
    this.#letGo();
    this.#failed(error);
  }

  #letGo(): void {
    if (this.#archive !== undefined) closeSync(this.#archive);
    this.#archive = undefined;
  }
}

/** Writes a small file and waits until it is on the disk. */
export function writeDurably(path: string, content: Buffer | string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
