/** What rows and b-trees take, worked out from types and statistics. */
import type { Index, Table } from '../../../catalog/model.ts';
import type { ColumnStatistics, LaidRows, LaidTable, Layout } from '../../../engine/model.ts';
import { readArray } from '../../../base/array-literal.ts';
import { btreeSize } from '../what-if/size/btree.ts';
import type { ColumnFacts } from '../what-if/size/model.ts';
import { typeLayout } from './type-layout.ts';

/** Page, its head, a row's pointer and head, in bytes (`PageHeaderData`, `ItemIdData`, `HeapTupleHeaderData`). */
const pageBytes = 8192;
const pageHead = 24;
const pointer = 4;
const rowHead = 23;

/** Longest value whose length takes one byte and that is not moved. */
const longestShort = 127;

/** Rows that ANALYZE reads per unit of the statistics target, and the usual target. */
const sampled = 300 * 100;

interface Laid {
  readonly name: string;
  readonly length: number;
  readonly align: number;
  readonly width: number;
  readonly nulls: number;
}

const up = (bytes: number, to: number): number => Math.ceil(bytes / to) * to;

/** Columns in their order; undefined when a type is not known or a width was never counted. */
function laid({ catalog, table, statistics }: LaidTable): readonly Laid[] | undefined {
  const found: Laid[] = [];
  const known = new Map(statistics.filter((one) => !one.inherited).map((one) => [one.column, one]));
  for (const { name, type, generated } of table.columns) {
    if (generated?.kind === 'virtual') continue;
    const layout = typeLayout(type, catalog);
    const counted = known.get(name);
    if (!layout || (layout.length < 0 && !counted)) return undefined;
    found.push({
      name,
      ...layout,
      width: layout.length > 0 ? layout.length : counted!.averageWidth,
      nulls: counted?.nullFraction ?? 0,
    });
  }
  return found;
}

/** A row on average: a null takes no place, so a gap before a column counts as often as it has a value. */
function rowOf(columns: readonly Laid[]): { bytes: number; padding: number } {
  const nullable = columns.some(({ nulls }) => nulls > 0);
  const head = up(rowHead + (nullable ? Math.ceil(columns.length / 8) : 0), 8);
  let at = 0;
  let padding = 0;
  for (const { length, align, width, nulls } of columns) {
    const moved = length > 0 || width > longestShort;
    const gap = moved ? (up(at, align) - at) * (1 - nulls) : 0;
    padding += gap;
    at += gap + width * (1 - nulls);
    // Averages of nullable columns stand nowhere exactly; whole bytes keep the next gap meaningful.
    at = Math.round(at);
  }
  return { bytes: up(head + at, 8) + pointer, padding };
}

function heapBytes({ rows, table }: LaidTable, rowBytes: number): number {
  const fill = Number(/^fillfactor=(\d+)$/m.exec(table.options.join('\n'))?.[1] ?? 100) / 100;
  const perPage = Math.max(1, Math.floor(((pageBytes - pageHead) * fill) / rowBytes));
  return Math.ceil(rows / perPage) * pageBytes;
}

function rowsTake(facts: LaidTable, columns: readonly Laid[]): LaidRows {
  const { bytes, padding } = rowOf(columns);
  return { rowBytes: bytes, padding, bytes: heapBytes(facts, bytes) };
}

/** Fixed widths first, the widest alignment before narrower ones; varying ones behind, those that must be moved first. */
function ordered(columns: readonly Laid[]): readonly Laid[] {
  const rank = ({ length, align, width }: Laid): number =>
    length > 0 ? -align : width > longestShort ? 1 / align : 2;
  return columns.toSorted((a, b) => rank(a) - rank(b));
}

/** Layout of PostgreSQL's heap and b-tree. */
export const layout: Layout = {
  ranges: rangesBytes,

  rows(facts) {
    const columns = laid(facts);
    return columns && rowsTake(facts, columns);
  },

  reordered(facts) {
    const columns = laid(facts);
    if (!columns) return undefined;
    const best = ordered(columns);
    return { ...rowsTake(facts, best), columns: best.map(({ name }) => name) };
  },

  index(facts, index) {
    if (index.method !== 'btree') return undefined;
    const { catalog, table, rows, statistics } = facts;
    const of = (name: string): ColumnFacts | undefined =>
      columnFacts(
        table,
        name,
        statistics.find((one) => one.column === name && !one.inherited),
        catalog,
      );
    const keys = index.keys.map(of);
    const included = index.includes.map(of);
    if (keys.includes(undefined) || included.includes(undefined)) return undefined;
    return (
      btreeSize({
        method: 'btree',
        tableRows: rows,
        tablePages: 0,
        sampledRows: Math.min(rows, sampled),
        share: 1,
        keys: keys as readonly ColumnFacts[],
        included: included as readonly ColumnFacts[],
        shares: !index.unique && index.includes.length === 0 && sameBytes(table, index),
        unique: index.unique,
        distinctOfFirst: new Map(),
        ...fillOf(index),
      }).pages * pageBytes
    );
  },
};

/** One entry of 24 bytes for each 128 pages, a map of them, and a metapage (`BRIN_DEFAULT_PAGES_PER_RANGE`). */
function rangesBytes(tableBytes: number): number {
  const ranges = Math.ceil(tableBytes / pageBytes / 128);
  return (
    (2 + Math.ceil((ranges * 24) / (pageBytes - pageHead)) + Math.ceil((ranges * 6) / pageBytes)) * pageBytes
  );
}

function fillOf({ definition }: Index): { fillFactor?: number } {
  const told = /\bfillfactor='?(\d+)/.exec(definition)?.[1];
  return told === undefined ? {} : { fillFactor: Number(told) };
}

/** Numbers with a scale and floats are equal without being the same bytes, and such entries are not shared. */
function sameBytes({ columns }: Table, { keys }: Index): boolean {
  return keys.every((key) => {
    const type = columns.find(({ name }) => name === key)?.type ?? '';
    return !/^(?:numeric|real|double precision|jsonb|money)/.test(type) && !type.endsWith('[]');
  });
}

function columnFacts(
  table: Table,
  name: string,
  counted: ColumnStatistics | undefined,
  catalog: LaidTable['catalog'],
): ColumnFacts | undefined {
  const column = table.columns.find((one) => one.name === name);
  const type = column && typeLayout(column.type, catalog);
  if (!type || !counted) return undefined;
  const whole = /^(?:smallint|integer|bigint)$/.test(column.type);
  const bounds =
    whole && counted.histogram !== undefined ? (readArray(counted.histogram) ?? []).map(Number) : [];
  return {
    length: type.length,
    align: type.align,
    width: counted.averageWidth,
    widths: [],
    nullFraction: counted.nullFraction,
    distinct: counted.distinct,
    common: counted.commonFrequencies ?? [],
    bounds,
  };
}
