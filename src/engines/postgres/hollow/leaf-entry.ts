import type { Stored } from './array-elements.ts';

/** Bytes of an entry's header, of the map of nulls behind it, and what entries are rounded up to. */
const header = 8;
const nullMap = 4;
const alignment = 8;

/** Bits of an entry's length: a part is null, a part has a length of its own. */
const hasNulls = 0x80_00;
const hasLengths = 0x40_00;

/** Longest value whose length fits into one byte with its mark. */
const shortest = 126;

const alignments: Readonly<Record<string, number>> = { c: 1, s: 2, i: 4, d: 8 };

/** An entry of a tree (`IndexTupleData`) for row `number` of the table's first page: its first part has a value, the others are null. */
export function leafEntry(value: Buffer, stored: Stored, attributes: number, number: number): Buffer {
  const nulls = attributes > 1;
  const begin = nulls ? Math.ceil((header + nullMap) / alignment) * alignment : header;
  const data = stored.length === -1 ? withLength(value) : value;
  const step = stored.length === -1 && value.length <= shortest - 1 ? 1 : alignments[stored.align]!;
  const at = Math.ceil(begin / step) * step;
  const size = Math.ceil((at + data.length) / alignment) * alignment;
  const entry = Buffer.alloc(size);
  entry.writeUInt16LE(number, 4);
  entry.writeUInt16LE(size | (nulls ? hasNulls : 0) | (stored.length < 0 ? hasLengths : 0), 6);
  // A set bit is a value.
  if (nulls) entry.writeUInt8(1, header);
  data.copy(entry, at);
  return entry;
}

/** The value with its length before it: in one byte where that is enough, as the server stores it then. */
function withLength(value: Buffer): Buffer {
  if (value.length <= shortest - 1) return Buffer.concat([Buffer.of(((value.length + 1) << 1) | 1), value]);
  const word = Buffer.alloc(4);
  word.writeUInt32LE((value.length + 4) << 2);
  return Buffer.concat([word, value]);
}
