/** One query for everything that a role may do beside reading, itself, through roles that it can become, and as everybody. */

/** A power, with as many objects as are told. */
export interface PowerRow extends Record<string, unknown> {
  readonly kind: 'attribute' | 'member' | 'owner' | 'grant';
  /** Undefined for PUBLIC. */
  readonly grantee: string | null;
  /** `SUPERUSER`, `INSERT`, `SELECT WITH GRANT OPTION`. */
  readonly power: string;
  readonly objects: readonly string[];
  readonly count: number;
}

interface Grants {
  readonly catalog: string;
  readonly acl: string;
  /** Privileges that only read. */
  readonly harmless: readonly string[];
  readonly object?: string;
  readonly also?: string;
  readonly since?: number;
}

const grants: readonly Grants[] = [
  {
    catalog: 'pg_class',
    acl: 'relacl',
    harmless: ['SELECT'],
    // Everybody may write to this view, which sets nothing but the session's own settings.
    also: "NOT (a.grantee = 0 AND c.oid = 'pg_catalog.pg_settings'::regclass)",
  },
  {
    catalog: 'pg_attribute',
    acl: 'attacl',
    harmless: ['SELECT'],
    object: "pg_describe_object('pg_class'::regclass, c.attrelid, c.attnum)",
  },
  { catalog: 'pg_namespace', acl: 'nspacl', harmless: ['USAGE'], object: "'schema ' || c.nspname" },
  {
    catalog: 'pg_database',
    acl: 'datacl',
    harmless: ['CONNECT'],
    also: 'c.datname = current_database()',
  },
  { catalog: 'pg_largeobject_metadata', acl: 'lomacl', harmless: [], object: "'large object ' || c.oid" },
  { catalog: 'pg_tablespace', acl: 'spcacl', harmless: [] },
  { catalog: 'pg_foreign_data_wrapper', acl: 'fdwacl', harmless: [] },
  { catalog: 'pg_foreign_server', acl: 'srvacl', harmless: [] },
  { catalog: 'pg_parameter_acl', acl: 'paracl', harmless: [], object: 'c.parname', since: 150_000 },
  {
    catalog: 'pg_proc',
    acl: 'proacl',
    harmless: [],
    // Functions of the server and of extensions that were kept from everybody when they were made.
    also: `EXISTS (SELECT FROM pg_init_privs i WHERE i.objoid = c.oid AND i.classoid = 'pg_proc'::regclass
      AND NOT EXISTS (SELECT FROM aclexplode(i.initprivs) b WHERE b.grantee IN (0, a.grantee) AND b.privilege_type = 'EXECUTE'))`,
  },
];

/** Rows are {@link PowerRow}; at most three objects of each kind are named. */
export function powersSql(serverVersion: number): string {
  const granted = grants
    .filter(({ since = 0 }) => serverVersion >= since)
    .map(
      ({ catalog, acl, harmless, object, also }) => `
  SELECT 'grant', a.grantee, a.privilege_type || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END,
    ${object ?? `pg_describe_object('${catalog}'::regclass, c.oid, 0)`}
  FROM ${catalog} c CROSS JOIN LATERAL aclexplode(c.${acl}) a
  WHERE c.${acl} IS NOT NULL AND (a.grantee = 0 OR a.grantee IN (SELECT oid FROM becomes))
    AND (a.is_grantable OR a.privilege_type <> ALL ('{${harmless.join(',')}}'::text[]))${also === undefined ? '' : ` AND ${also}`}`,
    );
  return `
WITH RECURSIVE becomes AS (
  SELECT oid FROM pg_roles WHERE rolname IN (current_user, session_user)
  UNION
  SELECT m.roleid FROM becomes b JOIN pg_auth_members m ON m.member = b.oid
), powers (kind, grantee, power, object) AS (
  SELECT 'attribute', r.oid, attribute.name, NULL
  FROM becomes JOIN pg_roles r USING (oid)
  CROSS JOIN LATERAL (VALUES ('SUPERUSER', r.rolsuper), ('BYPASSRLS', r.rolbypassrls), ('CREATEROLE', r.rolcreaterole),
    ('CREATEDB', r.rolcreatedb), ('REPLICATION', r.rolreplication)) AS attribute (name, given)
  WHERE attribute.given
  UNION ALL
  SELECT 'member', r.oid, r.rolname::text, NULL
  FROM becomes JOIN pg_roles r USING (oid)
  WHERE starts_with(r.rolname::text, 'pg_')
  UNION ALL
  SELECT 'owner', d.refobjid, 'OWNER', pg_describe_object(d.classid, d.objid, d.objsubid)
  FROM pg_shdepend d
  WHERE d.deptype = 'o' AND d.refclassid = 'pg_authid'::regclass AND d.refobjid IN (SELECT oid FROM becomes)
    AND d.dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
  UNION ALL${granted.join('\n  UNION ALL')}
)
SELECT p.kind, r.rolname::text AS grantee, p.power, count(*)::int AS count,
  coalesce((array_agg(DISTINCT p.object) FILTER (WHERE p.object IS NOT NULL))[1:3], '{}') AS objects
FROM powers p LEFT JOIN pg_roles r ON r.oid = p.grantee
GROUP BY p.kind, r.rolname, p.power
ORDER BY p.kind, r.rolname, p.power`;
}

/** What the session began with; zero is no limit. */
export const DEFAULTS = `
SELECT name, reset_val AS value FROM pg_settings
WHERE name IN ('default_transaction_read_only', 'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')
ORDER BY name`;
