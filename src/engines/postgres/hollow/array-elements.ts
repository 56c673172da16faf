/** Stored bytes of the elements of an array, read from the bytes of the array itself. */

/** How an element's type is stored, as `pg_type` says. */
export interface Stored {
  readonly length: number;
  readonly byValue: boolean;
  /** `c`, `s`, `i` or `d`: 1, 2, 4 or 8 bytes. */
  readonly align: string;
}

const alignments: Readonly<Record<string, number>> = { c: 1, s: 2, i: 4, d: 8 };

/** Bytes of the length word before a value of unlimited length, which an array's own bytes begin after. */
const lengthWord = 4;

/** Elements of a one-dimensional array, without length words; undefined for null. `bytes` is the array without its own length word. */
export function arrayElements(bytes: Buffer, stored: Stored): readonly (Buffer | undefined)[] {
  if (bytes.readInt32LE(0) === 0) return [];
  const count = bytes.readInt32LE(12);
  const dataOffset = bytes.readInt32LE(4);
  // Dimensions (one) and lower bound stand behind the fixed part; a map of nulls follows where there are any.
  const nulls = dataOffset === 0 ? undefined : bytes.subarray(20, 20 + Math.ceil(count / 8));
  const step = alignments[stored.align]!;
  const at = (offset: number): number => Math.ceil((offset + lengthWord) / step) * step - lengthWord;
  let offset = dataOffset === 0 ? Math.ceil((20 + lengthWord) / 8) * 8 - lengthWord : dataOffset - lengthWord;
  return Array.from({ length: count }, (_, i) => {
    if (nulls && ((nulls[i >> 3]! >> (i & 7)) & 1) === 0) return undefined;
    // A short length word is never aligned, and tells itself by its lowest bit.
    if (stored.length === -1 && (bytes[offset]! & 1) === 1) {
      const length = bytes[offset]! >> 1;
      const value = bytes.subarray(offset + 1, offset + length);
      offset += length;
      return value;
    }
    offset = at(offset);
    const length =
      stored.length > 0
        ? stored.length
        : stored.length === -1
          ? bytes.readUInt32LE(offset) >>> 2
          : bytes.indexOf(0, offset) + 1 - offset;
    const value = bytes.subarray(offset + (stored.length === -1 ? lengthWord : 0), offset + length);
    offset += length;
    return value;
  });
}
