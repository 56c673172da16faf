/** Receives the write-ahead log over the replication protocol into files of the usual names. */
import { createHash, type Hash } from 'node:crypto';
import { closeSync, fdatasyncSync, ftruncateSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fail } from '../../../base/error.ts';
import type { LogReceiver, Segment } from '../../../engine/backup/model.ts';
import { statementError } from '../sql-error.ts';
import { replicate, type Connection, type Exchange } from './replication.ts';
import { formatLsn, parseLsn, segmentName, usualSegmentBytes } from './wal.ts';

/** Milliseconds between two messages that tell the server how far we are. */
const statusMs = 1000;

/** Begins with the segment that is being written now; a slot of this connection keeps the server from removing what we have not. */
export async function receive(url: string, folder: string): Promise<LogReceiver> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const replication = await replicate(url);
  try {
    const [system] = await replication.ask('IDENTIFY_SYSTEM');
    const [size] = await replication.ask('SHOW wal_segment_size');
    const segmentBytes = bytesOf(size?.['wal_segment_size'] ?? '') ?? usualSegmentBytes;
    const slot = `dbd_${process.pid}_${Date.now().toString(36)}`;
    await replication.ask(`CREATE_REPLICATION_SLOT ${slot} TEMPORARY PHYSICAL RESERVE_WAL`);
    const now = parseLsn(system?.['xlogpos'] ?? '0/0');
    const start = (now / BigInt(segmentBytes)) * BigInt(segmentBytes);
    const files = new Segments(folder, Number(system?.['timeline'] ?? 1), start, segmentBytes);
    const stream = new LogStream(slot, files);
    replication.run(stream);
    await stream.begun;
    return {
      get flushed() {
        return formatLsn(files.flushed);
      },
      async until(lsn, ms) {
        const wanted = parseLsn(lsn);
        const deadline = performance.now() + ms;
        while (files.flushed < wanted && !stream.over && performance.now() < deadline) await setTimeout(2);
        return files.flushed >= wanted;
      },
      async stop() {
        stream.stop();
        replication.cut();
        await replication.ended;
        return files.finish();
      },
    };
  } catch (error) {
    await replication.close();
    throw statementError(error, 'START_REPLICATION', url);
  }
}

/** `16MB`, `1GB` as bytes. */
function bytesOf(text: string): number | undefined {
  const [, number, unit] = /^(\d+)\s*([kMG]?B)$/.exec(text) ?? [];
  const factors: Readonly<Record<string, number>> = { B: 1, kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };
  return number === undefined ? undefined : Number(number) * factors[unit!]!;
}

/** The stream: log comes in, and now and then we say how far it is on our disk. */
class LogStream implements Exchange {
  readonly begun: Promise<void>;
  over = false;
  readonly #slot: string;
  readonly #files: Segments;
  #connection: Connection | undefined;
  #timer: NodeJS.Timeout | undefined;
  #begin: () => void = () => undefined;
  #refuse: (error: Error) => void = () => undefined;

  constructor(slot: string, files: Segments) {
    this.#slot = slot;
    this.#files = files;
    this.begun = new Promise((resolve, reject) => {
      this.#begin = resolve;
      this.#refuse = reject;
    });
  }

  submit(connection: Connection): void {
    this.#connection = connection;
    connection.on('replicationStart', () => this.#begin());
    connection.query(
      `START_REPLICATION SLOT ${this.#slot} PHYSICAL ${formatLsn(this.#files.flushed)} TIMELINE ${this.#files.timeline}`,
    );
    this.#timer = globalThis.setInterval(() => this.#tell(), statusMs).unref();
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    if (this.over) return;
    try {
      // 'w' begins a piece of the log: position, end and time in 8 bytes each; 'k' asks whether we are alive.
      if (chunk[0] === 0x77) {
        this.#files.write(chunk.readBigUInt64BE(1), chunk.subarray(25));
        this.#tell();
      } else if (chunk[0] === 0x6b && chunk[17] === 1) this.#tell();
    } catch (error) {
      this.handleError(error as Error);
    }
  }

  handleError(error: Error): void {
    this.stop();
    this.#refuse(error);
  }

  handleReadyForQuery(): void {
    this.stop();
  }

  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleCommandComplete(): void {}

  stop(): void {
    this.over = true;
    clearInterval(this.#timer);
  }

  #tell(): void {
    if (this.over) return;
    const status = Buffer.alloc(34);
    status.write('r');
    status.writeBigUInt64BE(this.#files.flushed, 1);
    status.writeBigUInt64BE(this.#files.flushed, 9);
    // Nothing is replayed here.
    status.writeBigUInt64BE(0n, 17);
    // Microseconds since the year 2000.
    status.writeBigInt64BE(BigInt(Date.now() - Date.UTC(2000, 0, 1)) * 1000n, 25);
    this.#connection?.sendCopyFromChunk(status);
  }
}

/** Files of the log: full segments under their names, the last one as `….partial`. */
class Segments {
  readonly timeline: number;
  readonly #folder: string;
  readonly #bytes: number;
  readonly #done: Segment[] = [];
  #at: bigint;
  #file: number | undefined;
  #name = '';
  #hash: Hash | undefined;
  #total = 0;

  constructor(folder: string, timeline: number, start: bigint, bytes: number) {
    this.#folder = folder;
    this.timeline = timeline;
    this.#at = start;
    this.#bytes = bytes;
  }

  get flushed(): bigint {
    return this.#at;
  }

  write(position: bigint, piece: Buffer): void {
    if (position !== this.#at)
      fail('connect.lost', `The log goes on at ${formatLsn(position)} instead of ${formatLsn(this.#at)}.`);
    for (let from = 0; from < piece.length;) {
      const inside = Number(this.#at % BigInt(this.#bytes));
      const part = piece.subarray(from, from + this.#bytes - inside);
      const file = (this.#file ??= this.#open());
      for (let at = 0; at < part.length;) at += writeSync(file, part, at, part.length - at, inside + at);
      this.#hash!.update(part);
      from += part.length;
      this.#total += part.length;
      this.#at += BigInt(part.length);
      if (inside + part.length === this.#bytes) this.#close();
    }
    if (this.#file !== undefined) fdatasyncSync(this.#file);
  }

  finish(): { readonly segments: readonly Segment[]; readonly to: string; readonly bytes: number } {
    if (this.#file !== undefined) {
      const rest = this.#bytes - Number(this.#at % BigInt(this.#bytes));
      this.#done.push({
        name: `${this.#name}.partial`,
        sha256: this.#hash!.update(Buffer.alloc(rest)).digest('hex'),
      });
      closeSync(this.#file);
      this.#file = undefined;
    }
    return { segments: this.#done, to: formatLsn(this.#at), bytes: this.#total };
  }

  #open(): number {
    this.#name = segmentName(this.timeline, this.#at, this.#bytes);
    this.#hash = createHash('sha256');
    const file = openSync(join(this.#folder, `${this.#name}.partial`), 'w', 0o600);
    // The server reads whole segments only; what is not written yet reads as zeros.
    ftruncateSync(file, this.#bytes);
    return file;
  }

  #close(): void {
    fdatasyncSync(this.#file!);
    closeSync(this.#file!);
    this.#file = undefined;
    renameSync(join(this.#folder, `${this.#name}.partial`), join(this.#folder, this.#name));
    this.#done.push({ name: this.#name, sha256: this.#hash!.digest('hex') });
  }
}
