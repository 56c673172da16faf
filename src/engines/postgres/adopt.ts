/** Hands every object of one database to another role, and nothing outside it. */
import type { Session } from '../../engine/model.ts';
import { quote } from './quote.ts';

// REASSIGN OWNED would take shared objects along: other databases of the same owner on a server that is not ours.
const objectsQuery = `
  WITH ours AS (SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'),
  kept AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e')
  SELECT 'ALTER SCHEMA ' || quote_ident(nspname) AS sql, 1 AS turn FROM pg_namespace n
   WHERE n.oid IN (SELECT oid FROM ours) AND n.nspname <> 'public' AND NOT EXISTS (SELECT FROM kept k WHERE k.classid = 'pg_namespace'::regclass AND k.objid = n.oid)
  UNION ALL
  SELECT 'ALTER ' || CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END
         || ' ' || c.oid::regclass, 2
    FROM pg_class c WHERE c.relnamespace IN (SELECT oid FROM ours) AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
     AND NOT EXISTS (SELECT FROM kept k WHERE k.classid = 'pg_class'::regclass AND k.objid = c.oid)
     AND NOT (c.relkind = 'S' AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')))
  UNION ALL
  SELECT 'ALTER ' || CASE p.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END || ' ' || p.oid::regprocedure, 3
    FROM pg_proc p WHERE p.pronamespace IN (SELECT oid FROM ours)
     AND NOT EXISTS (SELECT FROM kept k WHERE k.classid = 'pg_proc'::regclass AND k.objid = p.oid)
  UNION ALL
  SELECT 'ALTER ' || CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END || ' ' || t.oid::regtype, 4
    FROM pg_type t WHERE t.typnamespace IN (SELECT oid FROM ours) AND t.typtype IN ('c', 'd', 'e', 'r')
     AND (t.typrelid = 0 OR EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
     AND NOT EXISTS (SELECT FROM kept k WHERE k.classid = 'pg_type'::regclass AND k.objid = t.oid)
  ORDER BY 2, 1`;

/** Makes the role the owner of all objects of the session's database that no extension owns. */
export async function adopt(session: Session, owner: string): Promise<void> {
  const { rows } = await session.query<{ sql: string }>(objectsQuery);
  for (const { sql } of rows) await session.query(`${sql} OWNER TO ${quote.identifier(owner)}`);
}
