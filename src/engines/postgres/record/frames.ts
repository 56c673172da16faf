/** Messages of the PostgreSQL protocol (version 3) as bytes: cutting a stream into them, and building those that the proxy sends itself. */

/** One whole message. */
export interface Frame {
  /** Type letter; empty for messages of the start, which have none. */
  readonly type: string;
  /** All bytes, header included. */
  readonly bytes: Buffer;
  readonly body: Buffer;
}

/** Longest message before a session is let in; the server's own limit for start packets. */
const maxStart = 10_000;
/** Longest message at all; the server's own limit. */
const maxMessage = 0x3fff_ffff;

/** Cuts a byte stream into messages, on demand. */
export class Framer {
  /** Messages have no type letter yet. */
  untyped = false;
  /** Nobody proved who they are yet: only short messages. */
  guarded = false;
  #chunks: Buffer[] = [];
  #length = 0;

  /** Bytes that wait. */
  get length(): number {
    return this.#length;
  }

  /** A whole message is there. */
  get complete(): boolean {
    const size = this.#size();
    return size !== undefined && this.#length >= size;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** The next whole message; throws `RangeError` for a length that no client or server sends. */
  take(): Frame | undefined {
    const size = this.#size();
    if (size === undefined || this.#length < size) return undefined;
    if (this.#chunks[0]!.length < size) this.#chunks = [Buffer.concat(this.#chunks)];
    const first = this.#chunks[0]!;
    const bytes = first.subarray(0, size);
    if (first.length === size) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(size);
    this.#length -= size;
    return this.untyped
      ? { type: '', bytes, body: bytes.subarray(4) }
      : { type: String.fromCharCode(bytes[0]!), bytes, body: bytes.subarray(5) };
  }

  #size(): number | undefined {
    const head = this.untyped ? 4 : 5;
    if (this.#length < head) return undefined;
    if (this.#chunks[0]!.length < head) this.#chunks = [Buffer.concat(this.#chunks)];
    const size = this.#chunks[0]!.readInt32BE(head - 4) + head - 4;
    if (size < head || size > (this.untyped || this.guarded ? maxStart : maxMessage))
      throw new RangeError('impossible message length');
    return size;
  }
}

/** A message of this type with these parts as its body. */
export function message(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(type.length + 4);
  head.write(type, 'latin1');
  head.writeInt32BE(body.length + 4, type.length);
  return Buffer.concat([head, body]);
}

/** Zero-terminated text. */
export function text(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

/** Four bytes, most significant first. */
export function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value);
  return buffer;
}

/** Ends a pipeline and, outside a block, its transaction. */
export const sync = message('S');
/** Asks for the answers so far. */
export const flush = message('H');
/** Says goodbye. */
export const terminate = message('X');

/** Unnamed Parse, Bind, Describe and Execute of one statement, and a Flush: what a simple query does, without ending its transaction. */
export function oneStatement(sql: Buffer): Buffer {
  const none = Buffer.alloc(1);
  const zeros = Buffer.alloc(2);
  return Buffer.concat([
    message('P', none, sql, none, zeros),
    message('B', none, none, zeros, zeros, zeros),
    message('D', Buffer.from('P\0')),
    message('E', none, int32(0)),
    flush,
  ]);
}

/** Zero-terminated texts of a body, from a position on. */
export function texts(
  body: Buffer,
  count: number,
  from = 0,
): { readonly values: readonly Buffer[]; readonly next: number } {
  const values: Buffer[] = [];
  let start = from;
  while (values.length < count) {
    const end = body.indexOf(0, start);
    if (end < 0) throw new RangeError('text without end');
    values.push(body.subarray(start, end));
    start = end + 1;
  }
  return { values, next: start };
}
