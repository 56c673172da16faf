/** Elements of values that statistics know nothing of, keys and values of documents and triples of letters, counted on rows made up of statistics. */
import { SqlError } from '../../../base/error.ts';
import { quote } from '../quote.ts';
import { makeRows, removeRows } from './made-rows.ts';
import { set, type Room } from './room.ts';
import type { ColumnFacts } from './size/model.ts';

interface Wanted extends Record<string, unknown> {
  readonly oid: number;
  /** Place of the column in the index, from 0. */
  readonly position: number;
  readonly schema: string;
  /** Name of the table as SQL, and its rows. */
  readonly table: string;
  readonly rows: number;
  /** The column or expression as SQL. */
  readonly sql: string;
  /** Class of operators, and its schema. */
  readonly class: string;
  readonly home: string;
  readonly columns: readonly number[];
}

const wantedQuery = `
  SELECT x.indexrelid AS oid, k.n::int - 1 AS position, n.nspname AS schema, quote_ident(n.nspname) || '.' || quote_ident(h.relname) AS "table",
         h.reltuples::float8 AS rows, pg_get_indexdef(x.indexrelid, k.n::int, false) AS sql, oc.opcname AS class, cn.nspname AS home,
         ARRAY(SELECT DISTINCT d.refobjsubid FROM pg_depend d
                WHERE d.classid = 'pg_class'::regclass AND d.objid = x.indexrelid AND d.refobjid = x.indrelid AND d.refobjsubid > 0) AS columns
    FROM pg_index x
    JOIN pg_class i ON i.oid = x.indexrelid AND i.relkind = 'i' JOIN pg_am am ON am.oid = i.relam AND am.amname = 'gin'
    JOIN pg_class h ON h.oid = x.indrelid JOIN pg_namespace n ON n.oid = h.relnamespace
    CROSS JOIN LATERAL unnest(x.indclass) WITH ORDINALITY AS k(class, n)
    JOIN pg_opclass oc ON oc.oid = k.class JOIN pg_namespace cn ON cn.oid = oc.opcnamespace
   WHERE x.indexrelid = ANY ($1::oid[]) AND h.reltuples > 0 AND oc.opcname IN ('jsonb_ops', 'jsonb_path_ops', 'gin_trgm_ops', 'tsvector_ops')
   ORDER BY 1, 2`;

/** Documents within a document, with the names that lead to them. */
const inside = (sql: string): string => `
  WITH RECURSIVE part(value, path, key) AS (
    SELECT (${sql})::pg_catalog.jsonb, '', NULL::text
    UNION ALL
    SELECT inner_part.* FROM part, LATERAL (
      SELECT e.value, part.path || '.' || e.key, e.key FROM pg_catalog.jsonb_each(CASE pg_catalog.jsonb_typeof(part.value) WHEN 'object' THEN part.value ELSE '{}' END) AS e
      UNION ALL
      SELECT a.value, part.path, NULL FROM pg_catalog.jsonb_array_elements(CASE pg_catalog.jsonb_typeof(part.value) WHEN 'array' THEN part.value ELSE '[]' END) AS a
    ) AS inner_part)`;
const single = `pg_catalog.jsonb_typeof(value) NOT IN ('object', 'array')`;

/** Elements that a class makes of a value, of sorts that thin out each in their own way, and the bytes that it stores of each; undefined for their own length. */
const classes: Readonly<
  Record<string, { readonly elements: (sql: string, home: string) => string; readonly width?: number }>
> = {
  jsonb_ops: {
    elements: (sql) =>
      `${inside(sql)} SELECT 'k' || key AS element, '' AS sort FROM part WHERE key IS NOT NULL UNION SELECT 'v' || (value #>> '{}'), path || '=' FROM part WHERE ${single}`,
  },
  jsonb_path_ops: {
    elements: (sql) =>
      `${inside(sql)} SELECT DISTINCT path || '=' || (value #>> '{}') AS element, path AS sort FROM part WHERE ${single}`,
    width: 4,
  },
  tsvector_ops: {
    // Numbers are other ones in most texts, words are not.
    elements: (sql) =>
      `SELECT lexeme AS element, CASE WHEN lexeme ~ '^[-+.0-9]+$' THEN 'number' ELSE 'word' END AS sort FROM pg_catalog.unnest((${sql})::pg_catalog.tsvector)`,
  },
  gin_trgm_ops: {
    elements: (sql, home) =>
      `SELECT DISTINCT element, '' AS sort FROM pg_catalog.unnest(${quote.identifier(home)}.show_trgm((${sql})::text)) AS element`,
    width: 4,
  },
};

/** Elements that are told apart one by one, and rows that have to show one for that. */
const mostCommon = 2000;
const leastRows = 3;

/** Elements of the columns of each index, by its number and the column's place. */
export async function elementsOfIndexes(
  room: Room,
  indexes: readonly number[],
): Promise<ReadonlyMap<number, ReadonlyMap<number, NonNullable<ColumnFacts['elements']>>>> {
  const known = new Map<number, Map<number, NonNullable<ColumnFacts['elements']>>>();
  await room.asOwner();
  const { rows } = await room.session.query<Wanted>(wantedQuery, [indexes]);
  for (const wanted of rows) {
    try {
      const elements = await room.transaction(() => countOne(room, wanted));
      if (!elements) continue;
      const own = known.get(wanted.oid) ?? new Map<number, NonNullable<ColumnFacts['elements']>>();
      known.set(wanted.oid, own.set(wanted.position, elements));
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
    }
  }
  return known;
}

async function countOne(room: Room, wanted: Wanted): Promise<ColumnFacts['elements']> {
  const { session, role } = room;
  const made = await makeRows(room, wanted, wanted.columns);
  const kind = classes[wanted.class];
  if (!made || !kind) return undefined;
  await set(session, { role }, true);
  const { rows } = await session.query<SortRow>(
    `WITH counted AS (
       SELECT sort, element, count(*) AS count FROM ${made.table} AS made, LATERAL (${kind.elements(wanted.sql, wanted.home)}) AS e GROUP BY sort, element)
     SELECT sum(count)::float8 AS all, coalesce(sum(count) FILTER (WHERE count < ${leastRows}), 0)::float8 AS rare,
            (count(*) FILTER (WHERE count < ${leastRows}))::float8 AS distinct, (count(*) FILTER (WHERE count = 1))::float8 AS once,
            sum(count * octet_length(element))::float8 AS bytes,
            coalesce((array_agg(count::float8 ORDER BY count DESC) FILTER (WHERE count >= ${leastRows}))[:${mostCommon}], '{}') AS common
       FROM counted GROUP BY sort`,
  );
  await set(session, { role: 'none' }, true);
  await removeRows(room, made);
  const sum = (of: (row: SortRow) => number): number => rows.reduce((all, row) => all + of(row), 0);
  const all = sum((row) => row.all);
  if (all === 0) return undefined;
  return {
    common: rows.flatMap(({ common }) => common.map((count) => count / made.rows)),
    perRow: all / made.rows,
    width: kind.width ?? 2 + sum(({ bytes }) => bytes) / all,
    others: sum((row) => othersOf(row, (wanted.rows * row.rare) / made.rows)),
  };
}

interface SortRow extends Record<string, unknown> {
  readonly all: number;
  /** Of elements that only one or two rows have. */
  readonly rare: number;
  readonly distinct: number;
  readonly once: number;
  readonly bytes: number;
  readonly common: readonly number[];
}

/** Different rare elements in the whole table, of so many in all (Haas and Stokes, as ANALYZE has it). */
function othersOf({ rare, distinct, once }: SortRow, inAll: number): number {
  return rare === 0 ? 0 : Math.min(inAll, (rare * distinct) / (rare - once + (once * rare) / inAll));
}
