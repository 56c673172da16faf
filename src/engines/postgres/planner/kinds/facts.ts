import { notOfExtension } from '../../inspect/scope.ts';
import type { Side } from '../model.ts';

/** Who may do what with an object, told relative to its owner. */
export interface Right {
  /** Null is everybody. */
  readonly to: string | null;
  readonly privilege: string;
  readonly grantable: boolean;
  /** Who gave it, when that was not the owner. */
  readonly by: string | null;
  /** A right that the owner itself lost. */
  readonly lost?: boolean;
  /** Of one column only. */
  readonly column?: string | null;
}

/** What stands around an object of any kind. */
export interface Around {
  readonly owner: string | null;
  readonly comment: string | null;
  readonly rights: readonly Right[] | null;
}

/** One object as the query of its kind reads it. */
export interface Fact<F = Readonly<Record<string, unknown>>> extends Around {
  /** Empty for what stands in no schema. */
  readonly schema: string;
  readonly name: string;
  readonly facts: F;
}

/** What the query of a kind found on one side. */
export function rowsOf<R>(side: Side, kind: string): readonly R[] {
  return (side.more.get(kind) ?? []) as readonly R[];
}

/** SQL of an owner's name. */
export const ownerSql = (oid: string): string => `pg_catalog.pg_get_userbyid(${oid})::text`;

/** SQL of an object's comment. */
export const commentSql = (catalog: string, oid: string): string =>
  `pg_catalog.obj_description(${oid}, '${catalog}')`;

/** SQL of the rights on an object: a list that was never written counts as what it stands for. `letter` is that of `acldefault`; those on columns of a `relation` come along. */
export function rightsSql(acl: string, letter: string, owner: string, relation?: string): string {
  const ofColumns =
    relation === undefined
      ? ''
      : `
    UNION ALL
    SELECT CASE WHEN a.grantee <> 0 THEN pg_catalog.pg_get_userbyid(a.grantee)::text END, a.privilege_type, a.is_grantable,
           CASE WHEN a.grantor <> ${owner} THEN pg_catalog.pg_get_userbyid(a.grantor)::text END, false, t.attname::text
    FROM pg_catalog.pg_attribute t CROSS JOIN pg_catalog.aclexplode(t.attacl) a
    WHERE t.attrelid = ${relation} AND t.attacl IS NOT NULL AND NOT t.attisdropped AND a.grantee <> ${owner}`;
  const usual = `pg_catalog.acldefault('${letter}', ${owner})`;
  return `(SELECT coalesce(json_agg(g ORDER BY g."to" COLLATE "C" NULLS FIRST, g.privilege COLLATE "C", g."by" COLLATE "C", g."column" COLLATE "C"), '[]'::json) FROM (
    SELECT CASE WHEN a.grantee <> 0 THEN pg_catalog.pg_get_userbyid(a.grantee)::text END AS "to", a.privilege_type AS privilege, a.is_grantable AS grantable,
           CASE WHEN a.grantor <> ${owner} THEN pg_catalog.pg_get_userbyid(a.grantor)::text END AS "by", false AS lost, NULL::text AS "column"
    FROM pg_catalog.aclexplode(coalesce(${acl}, ${usual})) a WHERE a.grantee <> ${owner}
    UNION ALL
    SELECT pg_catalog.pg_get_userbyid(${owner})::text, u.privilege_type, false, NULL, true, NULL FROM pg_catalog.aclexplode(${usual}) u
    WHERE ${acl} IS NOT NULL AND u.grantee = ${owner}
      AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(${acl}) a WHERE a.grantee = ${owner} AND a.privilege_type = u.privilege_type)${ofColumns}) g)`;
}

/** SQL: an object of the user that no extension made; objects of the server itself have lower oids. */
export const ours = (catalog: string, oid: string): string =>
  `${oid} >= 16384 AND ${notOfExtension(catalog, oid)}`;

/** SQL of a name behind its schema, quoted where needed. */
export const qualifiedSql = (schema: string, name: string): string =>
  `pg_catalog.quote_ident(${schema}) || '.' || pg_catalog.quote_ident(${name})`;
