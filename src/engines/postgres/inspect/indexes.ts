import type { Index, Name } from '../../../catalog/model.ts';
import { OWN_SCHEMA, comment, ordered, present } from './scope.ts';

/** Indexes of tables and materialized views; the definition carries operator classes, order, options, and behind it the statistics targets of its expressions by number. */
export const INDEXES = `
SELECT i.indrelid AS relation, n.nspname::text AS schema, c.relname::text AS name, am.amname::text AS method,
       i.indisunique AS "unique", i.indisprimary AS "primary", i.indisvalid AND i.indisready AND i.indislive AS valid,
       ARRAY(SELECT coalesce((SELECT a.attname::text FROM pg_catalog.pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = k.number),
                             pg_catalog.pg_get_indexdef(i.indexrelid, k.place::int, false))
             FROM unnest(i.indkey::int2[]) WITH ORDINALITY k(number, place) ORDER BY k.place)::text[] AS keys,
       i.indnkeyatts AS key_count,
       CASE WHEN i.indpred IS NOT NULL THEN pg_catalog.pg_get_expr(i.indpred, i.indrelid) END AS predicate,
       pg_catalog.pg_get_indexdef(i.indexrelid)
         || coalesce((SELECT ' /* statistics ' || string_agg(s.attnum || ' = ' || s.attstattarget, ', ' ORDER BY s.attnum) || ' */'
              FROM pg_catalog.pg_attribute s WHERE s.attrelid = i.indexrelid AND s.attstattarget >= 0 AND i.indexprs IS NOT NULL), '')
         || CASE WHEN i.indisclustered THEN ' /* clustered */' ELSE '' END AS definition,
       (SELECT o.conname::text FROM pg_catalog.pg_constraint o WHERE o.conrelid = i.indrelid AND o.conindid = i.indexrelid AND o.contype IN ('p', 'u', 'x')) AS "constraint",
       (SELECT json_build_object('schema', pn.nspname, 'name', p.relname) FROM pg_catalog.pg_inherits h
          JOIN pg_catalog.pg_class p ON p.oid = h.inhparent JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
         WHERE h.inhrelid = i.indexrelid) AS part_of,
       ${comment('pg_class', 'i.indexrelid')} AS comment
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_am am ON am.oid = c.relam
WHERE ${OWN_SCHEMA}
${ordered('c.relname')}`;

/** A row of {@link INDEXES}. */
export interface IndexRow extends Record<string, unknown> {
  readonly relation: number;
  readonly schema: string;
  readonly name: string;
  readonly method: string;
  readonly unique: boolean;
  readonly primary: boolean;
  readonly valid: boolean;
  readonly keys: readonly string[];
  readonly key_count: number;
  readonly predicate: string | null;
  readonly definition: string;
  readonly constraint: string | null;
  readonly part_of: Name | null;
  readonly comment: string | null;
}

/** Maps a row of {@link INDEXES}. */
export function toIndex(row: IndexRow): Index {
  return present<Index>({
    schema: row.schema,
    name: row.name,
    method: row.method,
    unique: row.unique,
    primary: row.primary,
    valid: row.valid,
    keys: row.keys.slice(0, row.key_count),
    includes: row.keys.slice(row.key_count),
    predicate: row.predicate,
    definition: row.definition,
    constraint: row.constraint,
    partOf: row.part_of,
    comment: row.comment,
  });
}
