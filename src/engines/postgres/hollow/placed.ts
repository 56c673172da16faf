/** Where statistics of a column belong on this server. */
import type { Session } from '../../../engine/session/model.ts';
import type { ColumnStatistics } from '../../../engine/snapshot/model.ts';
import { typesOf, type TypeFacts } from './types.ts';

/** Statistics of a column and where they belong on this server. */
export interface PlacedColumn {
  readonly n: number;
  readonly relation: number;
  readonly number: number;
  readonly collation: number;
  readonly column: ColumnStatistics;
  readonly facts: TypeFacts;
}

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

/** Columns by the name that a report gives them. */
export function columnTitle({
  schema,
  relation,
  column,
}: Pick<ColumnStatistics, 'schema' | 'relation' | 'column'>): string {
  return `column ${schema}.${relation}.${column}`;
}

/** Those columns that are there. */
export async function placeColumns(
  session: Session,
  columns: readonly ColumnStatistics[],
): Promise<readonly PlacedColumn[]> {
  const { rows } = await session.query<Place>(placesQuery, [
    columns.map((one) => one.schema),
    columns.map((one) => one.relation),
    columns.map((one) => one.column),
    columns.map((one) => one.position),
  ]);
  const types = await typesOf(
    session,
    rows.map(({ type }) => type),
  );
  return rows.map((row) => ({ ...row, column: columns[row.n - 1]!, facts: types.get(row.type)! }));
}
