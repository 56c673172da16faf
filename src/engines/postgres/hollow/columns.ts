/** Statistics of columns and of index expressions, written into the server's own table. */
import { SqlError } from '../../../base/error.ts';
import type { NotExact } from '../../../engine/hollow/model.ts';
import type { Session } from '../../../engine/session/model.ts';
import type { ColumnStatistics, Snapshot } from '../../../engine/snapshot/model.ts';
import { slotColumns, slotRecord, slotRecordType, slotsOf, slotTargets } from './slots.ts';
import { typesOf } from './types.ts';

/** Rows of one statement; each may hold some kilobytes of values. */
const rowsAtOnce = 500;

interface Place extends Record<string, unknown> {
  readonly n: number;
  readonly relation: number;
  readonly number: number;
  readonly collation: number;
  readonly type: number;
}

/** An expression's values may be of another type than its index stores; then the operator class tells it. */
const placesQuery = `
SELECT w.n::int AS n, c.oid AS relation, a.attnum AS number, a.attcollation AS collation,
       CASE WHEN o.opckeytype IS NULL OR o.opckeytype = 0 THEN a.atttypid
            WHEN o.opcintype = 2277 THEN (SELECT t.typarray FROM pg_catalog.pg_type t WHERE t.oid = a.atttypid)
            WHEN (SELECT t.typtype FROM pg_catalog.pg_type t WHERE t.oid = o.opcintype) = 'p' THEN a.atttypid
            ELSE o.opcintype END AS type
FROM unnest($1::text[], $2::text[], $3::text[], $4::int[]) WITH ORDINALITY AS w(schema, relation, name, position, n)
JOIN pg_catalog.pg_namespace s ON s.nspname = w.schema
JOIN pg_catalog.pg_class c ON c.relnamespace = s.oid AND c.relname = w.relation
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  AND CASE WHEN c.relkind IN ('i', 'I') THEN a.attnum = w.position ELSE a.attname = w.name END
LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
LEFT JOIN pg_catalog.pg_opclass o ON o.oid = i.indclass[a.attnum - 1]`;

const insertQuery = `
INSERT INTO pg_catalog.pg_statistic (starelid, staattnum, stainherit, ${slotTargets})
SELECT w.relation, w.number, w.inherited, ${slotColumns}
FROM pg_catalog.jsonb_to_recordset($1::jsonb) AS w(relation oid, number int2, inherited bool, ${slotRecordType})`;

const deleteQuery = 'DELETE FROM pg_catalog.pg_statistic WHERE starelid = ANY ($1)';

interface Entry {
  readonly column: ColumnStatistics;
  readonly record: Readonly<Record<string, unknown>>;
}

/** Writes the statistics of all columns that are there; what cannot be written is told. */
export async function writeColumns(session: Session, snapshot: Snapshot): Promise<readonly NotExact[]> {
  const columns = withEnds(snapshot);
  const { rows: places } = await session.query<Place>(placesQuery, [
    columns.map((one) => one.schema),
    columns.map((one) => one.relation),
    columns.map((one) => one.column),
    columns.map((one) => one.position),
  ]);
  const types = await typesOf(
    session,
    places.map(({ type }) => type),
  );
  const notExact: NotExact[] = [];
  const entries = places.map(({ n, relation, number, collation, type }): Entry => {
    const column = columns[n - 1]!;
    const facts = types.get(type)!;
    if (!facts.safe && holdsValues(column))
      notExact.push({
        what: columnTitle(column),
        why: 'Its values contain a domain with checks, so common values and histogram are left out.',
      });
    const figures = slotRecord(column, slotsOf(column, facts, collation));
    return { column, record: { relation, number, inherited: column.inherited, ...figures } };
  });
  await session.query(deleteQuery, [[...new Set(places.map(({ relation }) => relation))]]);
  for (let from = 0; from < entries.length; from += rowsAtOnce)
    notExact.push(...(await insert(session, entries.slice(from, from + rowsAtOnce))));
  return notExact;
}

/** Columns by the name that a report gives them. */
export function columnTitle({
  schema,
  relation,
  column,
}: Pick<ColumnStatistics, 'schema' | 'relation' | 'column'>): string {
  return `column ${schema}.${relation}.${column}`;
}

async function insert(session: Session, entries: readonly Entry[]): Promise<readonly NotExact[]> {
  try {
    await session.query(insertQuery, [JSON.stringify(entries.map(({ record }) => record))]);
    return [];
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    if (entries.length === 1)
      return [
        {
          what: columnTitle(entries[0]!.column),
          // The server's message would show a value.
          why: `The server does not read its statistics (${error.fields.sqlstate}), so they are left out.`,
        },
      ];
    const half = Math.ceil(entries.length / 2);
    return [
      ...(await insert(session, entries.slice(0, half))),
      ...(await insert(session, entries.slice(half))),
    ];
  }
}

const holdsValues = ({ commonValues, histogram, commonElements, rangeBounds }: ColumnStatistics): boolean =>
  [commonValues, histogram, commonElements, rangeBounds].some((value) => value !== undefined);

/** Where production's planner looks up the real ends of an index, the outer bounds of a histogram are those ends. */
function withEnds({ columns, probes }: Snapshot): readonly ColumnStatistics[] {
  const ends = new Map(
    probes.ends.map((one) => [JSON.stringify([one.table.schema, one.table.name, one.column]), one]),
  );
  return columns.map((column) => {
    const found = ends.get(JSON.stringify([column.schema, column.relation, column.column]));
    if (!found || column.histogram === undefined) return column;
    const bounds = elementsOf(column.histogram);
    if (bounds.length < 2) return column;
    const inner = bounds.slice(1, -1);
    return {
      ...column,
      histogram: `{${[quoted(found.least), ...inner, quoted(found.greatest)].join(',')}}`,
    };
  });
}

/** Elements of a one-dimensional array literal, as they stand there. */
function elementsOf(literal: string): readonly string[] {
  return literal.slice(1, -1).match(/"(?:[^"\\]|\\.)*"|[^,]+/gs) ?? [];
}

function quoted(value: string): string {
  return `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}
