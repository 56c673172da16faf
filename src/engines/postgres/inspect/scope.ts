/** SQL fragments that every kind of object shares: what is ours to read, and how comments and grants are read with it. */

/** Condition: the schema (alias `n`) is neither the server's own nor a session's temporary one. */
export const OWN_SCHEMA = `n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'`;

/** Condition: the object was not made by an extension. `classOf` is the catalog it lives in. */
export function notOfExtension(classOf: string, oid: string): string {
  return `NOT EXISTS (SELECT FROM pg_catalog.pg_depend x WHERE x.classid = 'pg_catalog.${classOf}'::regclass AND x.objid = ${oid} AND x.deptype = 'e')`;
}

/** Text of the object's comment. */
export function comment(classOf: string, oid: string): string {
  return `pg_catalog.obj_description(${oid}, '${classOf}')`;
}

/**
 * Grants as JSON: what others than the owner may do, and what the owner lost of the usual rights.
 * An absent list means the kind's usual rights (letter as `acldefault` takes it).
 */
export function grants(acl: string, kind: string, owner: string): string {
  const usual = `pg_catalog.acldefault('${kind}', ${owner})`;
  return `(SELECT coalesce(json_agg(json_build_object('to', g.role, 'privilege', g.privilege, 'grantable', g.grantable)
      ORDER BY g.role, g.privilege, g.grantable), '[]'::json)
    FROM (
      SELECT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE pg_catalog.pg_get_userbyid(a.grantee)::text END AS role,
             a.privilege_type AS privilege, bool_or(a.is_grantable) AS grantable
      FROM pg_catalog.aclexplode(coalesce(${acl}, ${usual})) a WHERE a.grantee <> ${owner} GROUP BY 1, 2
      UNION ALL
      SELECT pg_catalog.pg_get_userbyid(${owner})::text, u.privilege_type || ' (revoked from the owner)', false
      FROM pg_catalog.aclexplode(${usual}) u
      WHERE ${acl} IS NOT NULL AND u.grantee = ${owner}
        AND NOT EXISTS (SELECT FROM pg_catalog.aclexplode(${acl}) a WHERE a.grantee = ${owner} AND a.privilege_type = u.privilege_type)
    ) g)`;
}

/** Storage parameters of a table (alias `c`) and of its TOAST table. */
export const OPTIONS = `ARRAY(SELECT o FROM (SELECT unnest(c.reloptions)
    UNION ALL SELECT 'toast.' || unnest(x.reloptions) FROM pg_catalog.pg_class x WHERE x.oid = c.reltoastrelid) s(o) ORDER BY o COLLATE "C")::text[]`;

/** Order of names that does not depend on the database's collation. */
export function ordered(...names: readonly string[]): string {
  return `ORDER BY ${names.map((name) => `${name} COLLATE "C"`).join(', ')}`;
}

/** Groups rows by the oid of the object they belong to. */
export function byOwner<R extends { readonly relation: number }>(
  rows: readonly R[],
): ReadonlyMap<number, readonly R[]> {
  const groups = new Map<number, R[]>();
  for (const row of rows) {
    const group = groups.get(row.relation);
    if (group) group.push(row);
    else groups.set(row.relation, [row]);
  }
  return groups;
}

/** Leaves out properties whose value is null, so that absent stays absent. */
export function present<T extends object>(values: { readonly [K in keyof T]: T[K] | null }): T {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== null && value !== undefined),
  ) as T;
}
