import type { Column, Grant } from '../../../catalog/model.ts';
import { OWN_SCHEMA, grants, present } from './scope.ts';

/** Live columns of tables and views, in their order; a compression of their own came with 14. */
export const columnsSql = (serverVersion: number): string => `
SELECT a.attrelid AS relation, a.attname::text AS name, a.attnum AS number,
       pg_catalog.format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS not_null,
       CASE WHEN d.adbin IS NOT NULL THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END AS expression,
       a.attidentity::text AS identity, a.attgenerated::text AS generated,
       CASE WHEN a.attcollation <> t.typcollation THEN
         (SELECT quote_ident(cn.nspname) || '.' || quote_ident(co.collname) FROM pg_catalog.pg_collation co
            JOIN pg_catalog.pg_namespace cn ON cn.oid = co.collnamespace WHERE co.oid = a.attcollation) END AS collation,
       CASE WHEN a.attstorage <> t.typstorage THEN
         CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' WHEN 'x' THEN 'extended' END END AS storage,
       ${serverVersion >= 140_000 ? `CASE a.attcompression::text WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END` : 'NULL::text'} AS compression,
       CASE WHEN a.attstattarget >= 0 THEN a.attstattarget::int END AS statistics,
       a.attoptions::text[] || a.attfdwoptions::text[] AS options,
       CASE WHEN NOT a.attislocal THEN true END AS inherited,
       pg_catalog.col_description(a.attrelid, a.attnum) AS comment,
       CASE WHEN a.attacl IS NULL THEN '[]'::json ELSE ${grants('a.attacl', 'c', 'c.relowner')} END AS grants
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f', 'v', 'm') AND ${OWN_SCHEMA}
ORDER BY a.attrelid, a.attnum`;

/** A row of {@link columnsSql}. */
export interface ColumnRow extends Record<string, unknown> {
  readonly relation: number;
  readonly name: string;
  readonly number: number;
  readonly type: string;
  readonly not_null: boolean;
  readonly expression: string | null;
  readonly identity: '' | 'a' | 'd';
  /** `v` since PostgreSQL 18. */
  readonly generated: '' | 's' | 'v';
  readonly collation: string | null;
  readonly storage: string | null;
  readonly compression: string | null;
  readonly statistics: number | null;
  readonly options: readonly string[] | null;
  readonly inherited: boolean | null;
  readonly comment: string | null;
  readonly grants: readonly Grant[];
}

/** Maps a row of {@link columnsSql}; `index` counts the live columns of its table from 0. */
export function toColumn(row: ColumnRow, index: number): Column {
  return present<Column>({
    name: row.name,
    position: index + 1,
    type: row.type,
    notNull: row.not_null,
    default: row.generated === '' ? row.expression : null,
    identity: row.identity === '' ? null : row.identity === 'a' ? 'always' : 'by default',
    generated:
      row.generated === ''
        ? null
        : { expression: row.expression ?? '', kind: row.generated === 's' ? 'stored' : 'virtual' },
    collation: row.collation,
    storage: row.storage,
    compression: row.compression,
    statistics: row.statistics,
    options: row.options,
    inherited: row.inherited,
    comment: row.comment,
    grants: row.grants,
  });
}
