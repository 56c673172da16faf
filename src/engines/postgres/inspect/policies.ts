import type { Policy } from '../../../catalog/model.ts';
import { OWN_SCHEMA, comment, ordered, present } from './scope.ts';

/** Row security policies. */
export const POLICIES = `
SELECT p.polrelid AS relation, p.polname::text AS name, p.polpermissive AS permissive,
       CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete' ELSE 'all' END AS command,
       ARRAY(SELECT CASE WHEN r.oid = 0 THEN 'PUBLIC' ELSE pg_catalog.pg_get_userbyid(r.oid)::text END AS role
             FROM unnest(p.polroles) r(oid) ORDER BY 1)::text[] AS roles,
       pg_catalog.pg_get_expr(p.polqual, p.polrelid) AS "using", pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) AS "check",
       ${comment('pg_policy', 'p.oid')} AS comment
FROM pg_catalog.pg_policy p
JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE ${OWN_SCHEMA}
${ordered('p.polname')}`;

/** A row of {@link POLICIES}. */
export interface PolicyRow extends Record<string, unknown> {
  readonly relation: number;
  readonly name: string;
  readonly permissive: boolean;
  readonly command: string;
  readonly roles: readonly string[];
  readonly using: string | null;
  readonly check: string | null;
  readonly comment: string | null;
}

/** Maps a row of {@link POLICIES}. */
export function toPolicy(row: PolicyRow): Policy {
  const { name, permissive, command, roles } = row;
  return present<Policy>({
    name,
    permissive,
    command,
    roles,
    using: row.using,
    check: row.check,
    comment: row.comment,
  });
}
