/** Reads the tar archive of a base backup piece by piece. */
import { fail } from '../../../base/error.ts';
import { damaged } from './manifest.ts';

const block = 512;

/** Receives the members of an archive in order; pieces are only valid during the call, because the client library uses its buffer again. */
export interface Members {
  folder(path: string): void;
  open(path: string, bytes: number): void;
  piece(piece: Buffer): void;
  close(): void;
}

/** Takes pieces of an archive of any length; throws `backup.damaged` naming the member at which it stops being one. */
export class TarReader {
  readonly #archive: string;
  readonly #members: Members;
  readonly #header = Buffer.alloc(block);
  #headerBytes = 0;
  #left = 0;
  #padding = 0;
  #inside = '';
  #ended = false;

  constructor(archive: string, members: Members) {
    this.#archive = archive;
    this.#members = members;
  }

  push(piece: Buffer): void {
    let at = 0;
    while (at < piece.length && !this.#ended) {
      if (this.#left > 0) {
        const part = piece.subarray(at, at + this.#left);
        this.#members.piece(part);
        at += part.length;
        this.#left -= part.length;
        if (this.#left === 0) this.#close();
      } else if (this.#padding > 0) {
        const skipped = Math.min(this.#padding, piece.length - at);
        this.#padding -= skipped;
        at += skipped;
      } else {
        const copied = piece.copy(this.#header, this.#headerBytes, at);
        at += copied;
        this.#headerBytes += copied;
        if (this.#headerBytes === block) this.#begin();
      }
    }
  }

  /** Says that no more comes; throws `backup.damaged` when the archive's end was not seen. */
  end(): void {
    if (!this.#ended) damaged(this.#archive, `is cut off${this.#inside ? ` at ${this.#inside}` : ''}`);
  }

  #begin(): void {
    this.#headerBytes = 0;
    if (this.#header.every((byte) => byte === 0)) {
      this.#ended = true;
      return;
    }
    const text = (from: number, length: number): string =>
      this.#header.toString('utf8', from, from + length).replace(/\0.*$/s, '');
    const prefix = text(345, 155);
    const path = `${prefix ? `${prefix}/` : ''}${text(0, 100)}`.replace(/^\.\//, '').replace(/\/$/, '');
    if (!this.#sound()) damaged(this.#archive, `is damaged after ${this.#inside || 'its beginning'}`);
    if (path.split('/').includes('..') || path.startsWith('/') || path.includes('\0'))
      damaged(this.#archive, `holds a path that leaves the folder: ${path}`);
    const kind = String.fromCharCode(this.#header[156]!);
    this.#inside = path;
    if (kind === '5') return path === '' || path === '.' ? undefined : this.#members.folder(path);
    if (kind !== '0' && kind !== '\0')
      fail('backup.refused', `${this.#archive} holds ${path}, which is a link: a tablespace.`, {
        hint: 'dbd restores clusters without tablespaces; use pgBackRest for this one.',
      });
    this.#left = this.#size();
    this.#padding = (block - (this.#left % block)) % block;
    this.#members.open(path, this.#left);
    if (this.#left === 0) this.#close();
  }

  #close(): void {
    this.#members.close();
  }

  /** The sum of the header's bytes, its own eight counted as spaces. */
  #sound(): boolean {
    let sum = 0;
    for (let i = 0; i < block; i++) sum += i >= 148 && i < 156 ? 32 : this.#header[i]!;
    return sum === this.#octal(148, 8);
  }

  /** Sizes of 8 GB and more are written as a number of base 256, marked by the first bit. */
  #size(): number {
    if ((this.#header[124]! & 0x80) === 0) return this.#octal(124, 12);
    let size = 0;
    for (let i = 125; i < 136; i++) size = size * 256 + this.#header[i]!;
    return size;
  }

  #octal(from: number, length: number): number {
    return Number.parseInt(this.#header.toString('latin1', from, from + length), 8) || 0;
  }
}
