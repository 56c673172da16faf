import type { Grant, Index, Trigger, View } from '../../../catalog/model.ts';
import type { ColumnRow } from './columns.ts';
import { OPTIONS, OWN_SCHEMA, comment, grants, notOfExtension, ordered, present } from './scope.ts';

/** Views and materialized views. */
export const VIEWS = `
SELECT c.oid AS oid, n.nspname::text AS schema, c.relname::text AS name, c.relkind = 'm' AS materialized,
       pg_catalog.pg_get_userbyid(c.relowner)::text AS owner, pg_catalog.pg_get_viewdef(c.oid) AS definition,
       ${OPTIONS} AS options,
       ${comment('pg_class', 'c.oid')} AS comment, ${grants('c.relacl', 'r', 'c.relowner')} AS grants
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('v', 'm') AND ${OWN_SCHEMA} AND ${notOfExtension('pg_class', 'c.oid')}
${ordered('n.nspname', 'c.relname')}`;

/** A row of {@link VIEWS}. */
export interface ViewRow extends Record<string, unknown> {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly materialized: boolean;
  readonly owner: string;
  readonly definition: string;
  readonly options: readonly string[];
  readonly comment: string | null;
  readonly grants: readonly Grant[];
}

/** Maps a row of {@link VIEWS}, given the parts that were read by other queries. */
export function toView(
  row: ViewRow,
  parts: {
    readonly columns: readonly ColumnRow[];
    readonly indexes: readonly Index[];
    readonly triggers: readonly Trigger[];
  },
): View {
  const { schema, name, owner, materialized, definition, options } = row;
  return present<View>({
    schema,
    name,
    owner,
    materialized,
    definition,
    columns: parts.columns.map((column) =>
      present<View['columns'][number]>({
        name: column.name,
        type: column.type,
        statistics: column.statistics,
        comment: column.comment,
      }),
    ),
    options,
    indexes: parts.indexes,
    triggers: parts.triggers,
    grants: row.grants,
    comment: row.comment,
  });
}
