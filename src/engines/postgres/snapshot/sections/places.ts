import type { Section } from '../model.ts';

/** Finds what the other sections depend on: the schemas of two extensions, and whether this role may use them. */
export const PLACES: Section = {
  name: 'places',
  stage: 'look at the server',
  why: 'Version of the server; where pg_stat_statements and pageinspect live, and whether this role may use them. Their views and functions may be in any schema.',
  sql: () => `
SELECT current_setting('server_version_num')::int >= 180000 AS v18, current_setting('server_version_num')::int >= 170000 AS v17,
       current_setting('server_version_num')::int >= 160000 AS v16, current_setting('server_version_num')::int >= 150000 AS v15,
       current_setting('server_version_num')::int >= 140000 AS v14,
       s.nspname::text AS statements_schema, p.nspname::text AS pages_schema,
       s.nspname IS NOT NULL AS statements_installed,
       s.nspname IS NOT NULL AND current_setting('pg_stat_statements.max', true) IS NOT NULL AS statements_usable,
       p.nspname IS NOT NULL AND current_setting('is_superuser') = 'on' AS pages_usable,
       has_table_privilege('pg_catalog.pg_statistic', 'SELECT') AS raw_statistics
FROM (SELECT 1) one
LEFT JOIN (SELECT n.nspname FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
            WHERE e.extname = 'pg_stat_statements') s ON true
LEFT JOIN (SELECT n.nspname FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
            WHERE e.extname = 'pageinspect') p ON true`,
};
