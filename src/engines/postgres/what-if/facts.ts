/** What the catalogs of a database tell about the size of its indexes. */
import type { Session } from '../../../engine/session/model.ts';
import type { ColumnFacts, IndexFacts } from './size/model.ts';

interface ColumnRow {
  /** Name of the table's column; null for an expression, which is SQL. */
  readonly name: string | null;
  readonly expression: string | null;
  /** Values are text. */
  readonly text: boolean;
  readonly length: number;
  readonly align: string;
  readonly key: boolean;
  readonly stats: {
    readonly nulls: number;
    readonly width: number;
    readonly distinct: number;
    readonly common: readonly number[] | null;
    readonly widths: readonly number[] | null;
    readonly commonWidths: readonly number[] | null;
    readonly bounds: readonly number[] | null;
    readonly elements: readonly number[] | null;
    readonly counts: readonly number[] | null;
    readonly elementWidth: number | null;
    readonly elementCount: number;
  } | null;
  /** Number of the table's column; 0 for an expression. */
  readonly column: number;
}

interface IndexRow extends Record<string, unknown> {
  readonly oid: number;
  readonly method: string;
  readonly unique: boolean;
  /** Name of its table as SQL, and its condition. */
  readonly table: string;
  readonly condition: string | null;
  /** Equal keys are equal bytes, as the server wrote into the first page of a b-tree. */
  readonly allEqualImage: boolean | null;
  readonly rows: number;
  readonly pages: number;
  /** Pages of the table's file now; the others are as old as its figures. */
  readonly length: number;
  readonly target: number;
  readonly options: readonly string[] | null;
  readonly columns: readonly ColumnRow[];
  readonly distinct: readonly string[];
  /** Columns of unique indexes without conditions on the same table. */
  readonly uniques: readonly (readonly number[])[];
}

/** Lengths of values need their type: of texts the bytes of the string, of numerics what the server says. */
const widthsOf = (values: string): string => `
  CASE WHEN t.typcategory = 'S' AND t.typname <> 'bpchar' AND ia.attlen = -1
       THEN (SELECT array_agg(octet_length(v) + CASE WHEN octet_length(v) <= 126 THEN 1 ELSE 4 END) FROM unnest(${values}::text::text[]) AS v)
       WHEN t.typname = 'cstring' THEN (SELECT array_agg(octet_length(v) + 1) FROM unnest(${values}::text::text[]) AS v)
       WHEN t.typname = 'numeric'
       THEN (SELECT array_agg(pg_column_size(v::numeric) - 3) FROM unnest(${values}::text::text[]) AS v) END`;

const boundsOf = (values: string): string => `
  CASE WHEN t.typname IN ('int2', 'int4', 'int8') THEN ${values}::text::float8[]
       WHEN t.typname = 'date' THEN (SELECT array_agg(v::date - '2000-01-01' ORDER BY n) FROM unnest(${values}::text::text[]) WITH ORDINALITY AS u(v, n) WHERE v !~ 'infinity|BC') END`;

const slot = (kind: number, what: 'numbers' | 'values'): string =>
  `CASE ${kind} ${[1, 2, 3, 4, 5].map((n) => `WHEN s.stakind${n} THEN s.sta${what}${n}${what === 'values' ? '::text' : ''}`).join(' ')} END`;

const factsQuery = `
  SELECT x.indexrelid AS oid, am.amname AS method, x.indisunique AS unique, 
         quote_ident(hs.nspname) || '.' || quote_ident(h.relname) AS "table", pg_get_expr(x.indpred, x.indrelid) AS condition,
         CASE WHEN am.amname = 'btree' THEN get_byte(pg_read_binary_file(pg_relation_filepath(w.oid), 64, 1), 0) = 1 END AS "allEqualImage",
         greatest(h.reltuples, 0)::float8 AS rows, h.relpages AS pages, pg_relation_size(h.oid) / current_setting('block_size')::int AS length, i.reloptions AS options,
         greatest((SELECT max(attstattarget) FROM pg_attribute a WHERE a.attrelid = h.oid AND a.attnum > 0), current_setting('default_statistics_target')::int) AS target,
         (SELECT json_agg(json_build_object('length', ia.attlen, 'align', ia.attalign, 'key', ia.attnum <= x.indnkeyatts, 'column', x.indkey[ia.attnum - 1],
                   'name', ta.attname, 'text', t.typcategory = 'S',
                   'expression', CASE WHEN x.indkey[ia.attnum - 1] = 0 THEN pg_get_indexdef(x.indexrelid, ia.attnum, false) END,
                   'stats', CASE WHEN s.starelid IS NOT NULL THEN json_build_object('nulls', s.stanullfrac, 'width', s.stawidth, 'distinct', s.stadistinct,
                     'common', ${slot(1, 'numbers')}, 'widths', ${widthsOf(slot(2, 'values'))}, 'commonWidths', ${widthsOf(slot(1, 'values'))},
                     'bounds', ${boundsOf(slot(2, 'values'))},
                     'elements', ${slot(4, 'numbers')}, 'counts', ${slot(5, 'numbers')},
                     'elementCount', (SELECT count(*) FROM unnest(${slot(4, 'values')}::text::text[])),
                     'elementWidth', (SELECT avg(octet_length(v) + 1) FROM unnest(${slot(4, 'values')}::text::text[]) AS v)) END) ORDER BY ia.attnum)
            FROM pg_attribute ia
            LEFT JOIN pg_attribute ta ON ta.attrelid = x.indrelid AND ta.attnum = x.indkey[ia.attnum - 1] AND ta.attnum <> 0
            JOIN pg_type t ON t.oid = coalesce(ta.atttypid, ia.atttypid)
            LEFT JOIN pg_statistic s ON NOT s.stainherit
             AND ((x.indkey[ia.attnum - 1] <> 0 AND s.starelid = x.indrelid AND s.staattnum = x.indkey[ia.attnum - 1])
               OR (x.indkey[ia.attnum - 1] = 0 AND am.amname IN ('btree', 'hash', 'gin') AND s.starelid = x.indexrelid AND s.staattnum = ia.attnum))
           WHERE ia.attrelid = x.indexrelid) AS columns,
         ARRAY(SELECT d.stxdndistinct::text FROM pg_statistic_ext e JOIN pg_statistic_ext_data d ON d.stxoid = e.oid
                WHERE e.stxrelid = x.indrelid AND d.stxdndistinct IS NOT NULL) AS distinct,
         (SELECT coalesce(json_agg(to_json(string_to_array(u.indkey::text, ' ')::int[])), '[]')
            FROM pg_index u WHERE u.indrelid = x.indrelid AND u.indisunique AND u.indpred IS NULL AND u.indexprs IS NULL AND u.indnkeyatts = u.indnatts) AS uniques
    FROM unnest($1::oid[]) WITH ORDINALITY AS w(oid, n)
    JOIN pg_index x ON x.indexrelid = w.oid
    JOIN pg_class i ON i.oid = w.oid
    JOIN pg_class h ON h.oid = x.indrelid
    JOIN pg_namespace hs ON hs.oid = h.relnamespace
    JOIN pg_am am ON am.oid = i.relam
   ORDER BY w.n`;

/** Bytes that the planner takes for values of unknown width, and different values where nobody counted. */
const unknownWidth = 32;
const unknownDistinct = 200;

/** Rows that ANALYZE reads per unit of the statistics target. */
const sampledPerTarget = 300;

const alignments: Readonly<Record<string, number>> = { c: 1, s: 2, i: 4, d: 8 };

/** What the catalogs cannot tell of an index. */
export interface Told {
  /** Share of the table's rows that meet the index's condition. */
  readonly share: number;
  /** Columns by position in the index, from 0, as they are known otherwise. */
  readonly columns: ReadonlyMap<number, Partial<ColumnFacts>>;
}

/** An index as the catalogs know it. */
export interface ReadIndex {
  readonly oid: number;
  /** Name of its table as SQL, and rows of the table as the planner sees them. */
  readonly table: string;
  readonly tableRows: number;
  readonly condition: string | undefined;
  readonly columns: readonly ReadColumn[];
  with(told: Told): { readonly facts: IndexFacts; readonly assumed: readonly string[] };
}

export interface ReadColumn {
  readonly name: string | undefined;
  readonly expression: string | undefined;
  readonly text: boolean;
  /** Statistics speak of it. */
  readonly known: boolean;
  readonly facts: ColumnFacts;
}

/** Reads what the sizes of these indexes follow from, in their order. */
export async function readFacts(session: Session, indexes: readonly number[]): Promise<readonly ReadIndex[]> {
  const { rows } = await session.query<IndexRow>(factsQuery, [indexes]);
  return rows.map((row) => ({
    oid: row.oid,
    table: row.table,
    tableRows: rowsOf(row),
    condition: row.condition ?? undefined,
    columns: row.columns.map((column) => ({
      name: column.name ?? undefined,
      expression: column.expression ?? undefined,
      text: column.text,
      known: column.stats !== null,
      facts: columnFacts(column),
    })),
    with: (told) => factsOf(row, told),
  }));
}

/** Rows as the planner sees them: as many a page as the figures say, on the pages that are there now. */
function rowsOf({ rows, pages, length }: IndexRow): number {
  return pages > 0 ? (rows * length) / pages : rows;
}

function factsOf(row: IndexRow, told: Told): ReturnType<ReadIndex['with']> {
  const columns = row.columns.map((column, i) => ({ ...columnFacts(column), ...told.columns.get(i) }));
  const keys = columns.filter((_, i) => row.columns[i]!.key);
  const numbers = row.columns.filter(({ key }) => key).map(({ column }) => column);
  const unique =
    (row.unique && !keys.some(({ nullFraction }) => nullFraction > 0)) ||
    row.uniques.some(
      (own) =>
        own.every((column) => numbers.includes(column)) &&
        own.every((column) => keys[numbers.indexOf(column)]!.nullFraction === 0),
    );
  const options = new Map((row.options ?? []).map((option) => option.split('=') as [string, string]));
  const fillFactor = options.get('fillfactor');
  const pagesPerRange = options.get('pages_per_range');
  const distinctOfFirst = distinctOf(row.distinct, numbers);
  return {
    assumed: assumptions(keys, unique, distinctOfFirst, row),
    facts: {
      method: row.method,
      tableRows: rowsOf(row),
      tablePages: row.length,
      sampledRows: row.target * sampledPerTarget,
      share: told.share,
      keys,
      included: columns.filter((_, i) => !row.columns[i]!.key),
      shares: row.allEqualImage === true && !row.unique && options.get('deduplicate_items') !== 'off',
      unique,
      distinctOfFirst,
      ...(fillFactor === undefined ? {} : { fillFactor: Number(fillFactor) }),
      ...(pagesPerRange === undefined ? {} : { pagesPerRange: Number(pagesPerRange) }),
    },
  };
}

function columnFacts({ length, align, stats }: ColumnRow): ColumnFacts {
  const shape = { length, align: alignments[align] ?? 1 };
  if (!stats)
    return {
      ...shape,
      width: length > 0 ? length : unknownWidth,
      widths: [],
      bounds: [],
      nullFraction: 0,
      distinct: unknownDistinct,
      common: [],
    };
  const elementWidth = length > 0 ? length : (stats.elementWidth ?? unknownWidth);
  // The average number of elements is the last of their counts; texts have none, but their width tells.
  const perRow = stats.counts?.at(-1) ?? Math.max(1, (stats.width - wordsHead) / (elementWidth + wordHead));
  return {
    ...shape,
    ...widths(length, stats),
    bounds: stats.bounds ?? [],
    nullFraction: stats.nulls,
    distinct: stats.distinct,
    common: stats.common ?? [],
    ...(stats.elements
      ? {
          elements: {
            // Least, greatest and null share follow the elements' own.
            common: stats.elements.slice(0, stats.elementCount),
            perRow,
            width: elementWidth,
          },
        }
      : {}),
  };
}

/** Bytes of a text search vector's head, and of each of its words beside the word itself: its entry and one place. */
const wordsHead = 8;
const wordHead = 7;

/** Widths of stored values: as the values of statistics have them, since the average of statistics is cut to whole bytes. */
function widths(
  length: number,
  { width, common, ...stats }: NonNullable<ColumnRow['stats']>,
): Pick<ColumnFacts, 'width' | 'widths'> {
  if (length > 0) return { width: length, widths: [] };
  const rest = stats.widths ?? [];
  const own = stats.commonWidths ?? [];
  const known = (common ?? []).reduce((sum, share) => sum + share, 0);
  const others = Math.max(0, 1 - stats.nulls - known);
  if (rest.length + own.length === 0) return { width, widths: [] };
  const drawn = [
    ...own.flatMap((bytes, i) => repeated(bytes, (drawnWidths * (common?.[i] ?? 0)) / (known + others))),
    ...rest.flatMap((bytes) => repeated(bytes, (drawnWidths * others) / (known + others) / rest.length)),
  ];
  if (drawn.length === 0) return { width, widths: [] };
  return { width: drawn.reduce((sum, bytes) => sum + bytes, 0) / drawn.length, widths: drawn };
}

/** Widths that stand for all of a column's, each as often as its values are. */
const drawnWidths = 400;

function repeated(bytes: number, times: number): readonly number[] {
  return Array.from({ length: Math.round(times) }, () => bytes);
}

/** Different keys over the first columns, from the server's `{"1, 2": 1000}`. */
function distinctOf(texts: readonly string[], columns: readonly number[]): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const text of texts)
    for (const [key, distinct] of Object.entries(JSON.parse(text) as Readonly<Record<string, number>>)) {
      const set = key.split(', ').map(Number);
      const first = columns.slice(0, set.length);
      if (set.every((column) => first.includes(column))) found.set(set.length, distinct);
    }
  return found;
}

function assumptions(
  keys: readonly ColumnFacts[],
  unique: boolean,
  distinct: ReadonlyMap<number, number>,
  { method, condition }: IndexRow,
): readonly string[] {
  return [
    ...(method === 'btree' && keys.length > 1 && !unique && !distinct.has(keys.length)
      ? ['values of its columns have nothing to do with each other']
      : []),
    ...(condition ? ['rows that meet its condition are like the others'] : []),
  ];
}
