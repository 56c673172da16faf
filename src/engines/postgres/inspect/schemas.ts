import type { Extension, Grant, Schema } from '../../../catalog/model.ts';
import { OWN_SCHEMA, comment, grants, notOfExtension, ordered, present } from './scope.ts';

/** Schemas of the user. */
export const SCHEMAS = `
SELECT n.nspname::text AS name, pg_catalog.pg_get_userbyid(n.nspowner)::text AS owner,
       ${comment('pg_namespace', 'n.oid')} AS comment, ${grants('n.nspacl', 'n', 'n.nspowner')} AS grants
FROM pg_catalog.pg_namespace n
WHERE ${OWN_SCHEMA} AND ${notOfExtension('pg_namespace', 'n.oid')}
${ordered('n.nspname')}`;

/** A row of {@link SCHEMAS}. */
export interface SchemaRow extends Record<string, unknown> {
  readonly name: string;
  readonly owner: string;
  readonly comment: string | null;
  readonly grants: readonly Grant[];
}

/** Maps a row of {@link SCHEMAS}. */
export function toSchema(row: SchemaRow): Schema {
  return present<Schema>({ name: row.name, owner: row.owner, comment: row.comment, grants: row.grants });
}

/** Installed extensions; their members are not listed anywhere else. */
export const EXTENSIONS = `
SELECT e.extname::text AS name, n.nspname::text AS schema, e.extversion AS version
FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql'
${ordered('e.extname')}`;

/** A row of {@link EXTENSIONS}. */
export interface ExtensionRow extends Record<string, unknown>, Extension {}
