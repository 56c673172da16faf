/** Bytes of an index entry. */
import type { ColumnFacts } from './model.ts';

/** Bytes to whose multiple entries are rounded, of an entry's head, and of the bits that tell which columns are null. */
const unit = 8;
const headBytes = 8;
const nullBitsBytes = 4;

/** Longest value whose length takes one byte instead of four. */
const longestShort = 126;

/** Rounds up to whole units of eight bytes (`MAXALIGN`). */
export function aligned(bytes: number): number {
  return Math.ceil(bytes / unit) * unit;
}

/** Bytes of an entry with these values; undefined for a null. */
export function entryBytes(columns: readonly ColumnFacts[], widths: readonly (number | undefined)[]): number {
  let data = 0;
  let nulls = false;
  columns.forEach(({ length, align }, i) => {
    const width = widths[i];
    if (width === undefined) {
      nulls = true;
      return;
    }
    const moves = length > 0 || (length === -1 && width > longestShort + 1);
    if (moves) data = Math.ceil(data / align) * align;
    data += width;
  });
  return aligned((nulls ? aligned(headBytes + nullBitsBytes) : headBytes) + data);
}
