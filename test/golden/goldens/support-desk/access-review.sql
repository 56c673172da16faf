-- Who can read the private columns of DESK-12, and how. Read-only; run it on every server that holds them.
-- A row with named = f is a role that the task does not name: superusers and owners are among them by their nature.
WITH RECURSIVE classified (schema_name, table_name, column_name, class, readers) AS (
  VALUES
    ('public', 'members', 'email', 'personal', ARRAY['desk_app']::text[]),
    ('public', 'messages', 'body', 'personal', ARRAY['desk_app']::text[]),
    ('public', 'messages_archive', 'body', 'personal', ARRAY['desk_app']::text[])
),
source AS (
  SELECT k.*, c.oid AS relation, a.attnum, c.relowner
  FROM classified k
  JOIN pg_catalog.pg_namespace n ON n.nspname = k.schema_name
  JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = k.table_name
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = k.column_name AND NOT a.attisdropped
),
-- Views that read the column, and views over these.
seen AS (
  SELECT s.relation AS origin, s.attnum AS origin_column, r.ev_class AS view
  FROM source s
  JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = s.relation AND d.refobjsubid = s.attnum
  JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND r.oid = d.objid
  UNION
  SELECT seen.origin, seen.origin_column, r.ev_class
  FROM seen
  JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = seen.view
  JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND r.oid = d.objid AND r.ev_class <> seen.view
),
role AS (
  SELECT oid, rolname, rolsuper, rolcanlogin FROM pg_catalog.pg_roles WHERE rolname !~ '^pg_'
),
way AS (
  SELECT s.relation, s.attnum, r.oid AS role,
         CASE WHEN r.rolsuper THEN 'superuser'
              WHEN pg_catalog.pg_has_role(r.oid, s.relowner, 'USAGE') THEN 'as owner'
              ELSE 'by grant' END AS way
  FROM source s
  JOIN role r ON pg_catalog.has_column_privilege(r.oid, s.relation, s.attnum, 'SELECT')
  UNION
  -- A member that does not inherit reads after SET ROLE.
  SELECT s.relation, s.attnum, r.oid, 'after SET ROLE ' || g.rolname
  FROM source s
  JOIN role g ON pg_catalog.has_column_privilege(g.oid, s.relation, s.attnum, 'SELECT') AND NOT g.rolsuper
  JOIN role r ON r.oid <> g.oid AND NOT r.rolsuper AND pg_catalog.pg_has_role(r.oid, g.oid, 'MEMBER')
             AND NOT pg_catalog.pg_has_role(r.oid, g.oid, 'USAGE')
  UNION
  -- A view reads with its owner's rights unless it says otherwise; whoever may read the view reads what it shows, masked or not.
  SELECT seen.origin, seen.origin_column, r.oid, 'through the view ' || v.oid::regclass::text
  FROM seen
  JOIN pg_catalog.pg_class v ON v.oid = seen.view
  JOIN role r ON NOT r.rolsuper AND pg_catalog.has_any_column_privilege(r.oid, v.oid, 'SELECT')
             AND NOT pg_catalog.pg_has_role(r.oid, v.relowner, 'USAGE')
  WHERE NOT coalesce(v.reloptions::text[] && ARRAY['security_invoker=true', 'security_invoker=on', 'security_invoker=1'], false)
  UNION
  SELECT s.relation, s.attnum, r.oid, 'through the function ' || p.oid::regprocedure::text
  FROM source s
  JOIN pg_catalog.pg_proc p ON p.prosecdef AND pg_catalog.strpos(pg_catalog.lower(p.prosrc), pg_catalog.lower(s.table_name)) > 0
  JOIN role r ON NOT r.rolsuper AND pg_catalog.has_function_privilege(r.oid, p.oid, 'EXECUTE')
             AND NOT pg_catalog.pg_has_role(r.oid, p.proowner, 'USAGE')
)
SELECT s.schema_name || '.' || s.table_name || '.' || s.column_name AS "column", s.class, r.rolname::text AS role,
       r.rolcanlogin AS signs_in, w.way, r.rolname = ANY (s.readers) AS named
FROM source s
JOIN way w ON w.relation = s.relation AND w.attnum = s.attnum
JOIN role r ON r.oid = w.role
ORDER BY 1, r.rolname = ANY (s.readers), r.rolsuper, 3, 5;
