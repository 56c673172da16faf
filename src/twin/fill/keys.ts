import type { Table } from '../../catalog/model.ts';
import type { FillFact, Quote } from '../../engine/model.ts';
import { mentioned } from './conditions.ts';

/** Columns whose values must differ from row to row, together. */
export interface UniqueSet {
  readonly columns: readonly string[];
  /** Only for rows that satisfy this. */
  readonly predicate?: string;
  readonly name: string;
}

/** Keys, unique constraints and unique indexes of a table, primary key first. */
export function uniqueSets(table: Table, quote: Quote): readonly UniqueSet[] {
  const names = table.columns.map((column) => column.name);
  const constraints: readonly UniqueSet[] = table.constraints
    .filter((constraint) => constraint.kind === 'primary' || constraint.kind === 'unique')
    .toSorted((a, b) => (a.kind === b.kind ? 0 : a.kind === 'primary' ? -1 : 1))
    .map((constraint) => ({ name: constraint.name, columns: constraint.columns }));
  const exclusions: readonly UniqueSet[] = table.constraints
    .filter((constraint) => constraint.kind === 'exclude' && constraint.columns.length > 0)
    .map(({ name, columns }) => ({ name, columns: apartBy(table, columns) }));
  const indexes: readonly UniqueSet[] = table.indexes
    .filter((index) => index.unique && index.constraint === undefined)
    .map((index) => ({
      name: index.name,
      columns: [
        ...new Set(index.keys.flatMap((key) => (names.includes(key) ? [key] : mentioned(key, names, quote)))),
      ],
      ...(index.predicate === undefined ? {} : { predicate: index.predicate }),
    }));
  const seen = new Set<string>();
  return [...constraints, ...exclusions, ...indexes]
    .map((set) => ({ ...set, columns: madeOf(set.columns, table, quote) }))
    .filter((set) => {
      const key = `${set.columns.join('\0')} ${set.predicate ?? ''}`;
      return set.columns.length > 0 && !seen.has(key) && Boolean(seen.add(key));
    });
}

/** Columns with each generated one replaced by those that it is made of. */
function madeOf(columns: readonly string[], table: Table, quote: Quote): readonly string[] {
  const names = table.columns.map((column) => column.name);
  return [
    ...new Set(
      columns.flatMap((name) => {
        const generated = table.columns.find((column) => column.name === name)?.generated;
        return generated ? mentioned(generated.expression, names, quote) : [name];
      }),
    ),
  ];
}

/** Ranges of different rows never meet, so that one of them keeps all rows apart; without one, all columns together do. */
function apartBy(table: Table, columns: readonly string[]): readonly string[] {
  const range = table.columns.find((column) => columns.includes(column.name) && /range\b/.test(column.type));
  return range ? [range.name] : columns;
}

/** The type has room for one value per row, so that a single column can make rows differ. */
export function isWide(fact: FillFact, rows: number): boolean {
  if (fact.family === 'text') {
    const size = /\((\d+)\)/.exec(fact.base);
    return (
      fact.base !== '"char"' &&
      (size ? Number(size[1]) >= Math.max(3, String(rows).length) : fact.base !== 'character')
    );
  }
  if (fact.family === 'number') {
    const size = /\((\d+)(?:,(-?\d+))?\)/.exec(fact.base);
    return !size || Number(size[1]) > String(rows).length;
  }
  return ['uuid', 'instant', 'bytes', 'network', 'range', 'interval', 'json', 'array'].includes(fact.family);
}

/** A place in a mixed-radix number: how many values a column (or foreign key) can take, undefined when without end. */
export interface Digit {
  readonly id: string;
  readonly size: number | undefined;
}

/** Expression of each digit over the number `x` from 0, so that different numbers give different digit vectors. */
export function digits(parts: readonly Digit[], x: string): ReadonlyMap<string, string> {
  const made = new Map<string, string>();
  const bounded = parts.filter((part) => part.size !== undefined);
  let rest = x;
  let before: string | undefined;
  for (const part of bounded) {
    const own = `(${rest}) % ${part.size}`;
    // Turning a digit by the one before it spreads pairs over the whole grid; for a fixed earlier digit it stays one to one.
    made.set(
      part.id,
      before === undefined ? own : `(((${own}) + (${before}) * ${stride(part.size!)}) % ${part.size})`,
    );
    before = own;
    rest = `((${rest}) / ${part.size})`;
  }
  for (const part of parts) if (part.size === undefined) made.set(part.id, rest);
  return made;
}

/** A step that visits all of `size` places before it returns to the first, far from the last step's place. */
export function stride(size: number): number {
  if (size < 3) return 1;
  let step = Math.max(1, Math.floor(size * 0.618_034));
  while (gcd(step, size) !== 1) step += 1;
  return step;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
