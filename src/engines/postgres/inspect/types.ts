import type { Grant, Type } from '../../../catalog/model.ts';
import { OWN_SCHEMA, comment, grants, notOfExtension, ordered, present } from './scope.ts';

/** Enums, domains, composite types and ranges; the row types of tables and the multiranges of ranges come with their makers. */
export const typesSql = (serverVersion: number): string => `
SELECT n.nspname::text AS schema, t.typname::text AS name, t.typtype::text AS kind, pg_catalog.pg_get_userbyid(t.typowner)::text AS owner,
       ARRAY(SELECT e.enumlabel FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)::text[] AS labels,
       CASE WHEN t.typtype = 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) END AS base,
       CASE t.typtype
         WHEN 'd' THEN concat_ws(' ', pg_catalog.format_type(t.typbasetype, t.typtypmod),
           CASE WHEN t.typcollation <> b.typcollation THEN 'COLLATE ' || t.typcollation::regcollation END,
           'DEFAULT ' || t.typdefault, CASE WHEN t.typnotnull THEN 'NOT NULL' END,
           (SELECT string_agg('CONSTRAINT ' || quote_ident(o.conname) || ' ' || pg_catalog.pg_get_constraintdef(o.oid), ' ' ORDER BY o.conname COLLATE "C")
              FROM pg_catalog.pg_constraint o WHERE o.contypid = t.oid AND o.contype = 'c'))
         WHEN 'c' THEN (SELECT string_agg(quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod)
             || CASE WHEN a.attcollation <> at.typcollation THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END
             || coalesce(' /* ' || replace(pg_catalog.col_description(a.attrelid, a.attnum), '*/', '* /') || ' */', ''), ', ' ORDER BY a.attnum)
           FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type at ON at.oid = a.atttypid
           WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)
         WHEN 'r' THEN (SELECT concat_ws(', ', 'subtype = ' || pg_catalog.format_type(r.rngsubtype, NULL), 'subtype_opclass = ' || quote_ident(k.opcname),
             'collation = ' || nullif(r.rngcollation, 0)::regcollation, 'canonical = ' || nullif(r.rngcanonical::oid, 0)::regprocedure,
             'subtype_diff = ' || nullif(r.rngsubdiff::oid, 0)::regprocedure${serverVersion >= 140_000 ? `, 'multirange_type_name = ' || pg_catalog.format_type(r.rngmultitypid, NULL)` : ''})
           FROM pg_catalog.pg_range r JOIN pg_catalog.pg_opclass k ON k.oid = r.rngsubopc WHERE r.rngtypid = t.oid)
         ELSE '' END AS definition,
       ${comment('pg_type', 't.oid')} AS comment, ${grants('t.typacl', 'T', 't.typowner')} AS grants
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
WHERE (t.typtype IN ('e', 'd', 'r') OR (t.typtype = 'c' AND c.relkind = 'c')) AND ${OWN_SCHEMA} AND ${notOfExtension('pg_type', 't.oid')}
${ordered('n.nspname', 't.typname')}`;

/** A row of {@link typesSql}. */
export interface TypeRow extends Record<string, unknown> {
  readonly schema: string;
  readonly name: string;
  readonly kind: keyof typeof KINDS;
  readonly owner: string;
  readonly labels: readonly string[];
  readonly base: string | null;
  readonly definition: string | null;
  readonly comment: string | null;
  readonly grants: readonly Grant[];
}

const KINDS = { e: 'enum', d: 'domain', c: 'composite', r: 'range' } as const;

/** Maps a row of {@link typesSql}. */
export function toType(row: TypeRow): Type {
  const { schema, name, owner, labels } = row;
  return present<Type>({
    schema,
    name,
    kind: KINDS[row.kind],
    owner,
    labels,
    base: row.base,
    definition: row.definition ?? '',
    grants: row.grants,
    comment: row.comment,
  });
}
