import type { Part } from '../model.ts';

/** One line of a text with its offset; ends of lines are not part of it. */
export interface Line {
  readonly text: string;
  readonly from: number;
  /** Offset behind its end of line. */
  readonly to: number;
}

/** The lines of a text, whatever ends them. */
export function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  const ends = /\r\n|\n|\r/g;
  let from = 0;
  for (let end = ends.exec(text); end; end = ends.exec(text)) {
    lines.push({ text: text.slice(from, end.index), from, to: ends.lastIndex });
    from = ends.lastIndex;
  }
  if (from < text.length) lines.push({ text: text.slice(from), from, to: text.length });
  return lines;
}

/** A piece of a text as a part; none when it is blank. */
export function partOf(text: string, from: number, to: number): readonly Part[] {
  const sql = text.slice(from, to);
  return sql.trim() === '' ? [] : [{ sql, from }];
}

/** Line and column, from 1, of an offset. */
export type Places = (offset: number) => { readonly line: number; readonly column: number };

/** Finds places in a text. */
export function placesIn(text: string): Places {
  const starts = [0];
  for (const end of text.matchAll(/\r\n|\n|\r/g)) starts.push(end.index + end[0].length);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - starts[low]! + 1 };
  };
}

/** Offset in the file of an offset in a part. */
export function inFile(part: Part, offset: number): number {
  return part.positions
    ? (part.positions[Math.min(offset, part.positions.length - 1)] ?? part.from)
    : part.from + offset;
}

/** The last name of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The path without its last name. */
export function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

/** Numbers in a name padded, so that texts sort as the numbers do. */
export function sortable(name: string): string {
  return name.replaceAll(/\d+/g, (digits) => digits.padStart(20, '0'));
}
