import type { Places, Recording, Section } from '../model.ts';
import { rowsOf } from '../rows.ts';

const extension = (name: string): string => `
LEFT JOIN (SELECT e.extname, n.nspname, n.oid FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace) ${name}`;

/** Finds what the other sections depend on: the schemas of two extensions, and whether this role may use them. */
export const PLACES: Section = {
  name: 'places',
  stage: 'look at the server',
  why: 'Version of the server; where pg_stat_statements and pageinspect live, which may be any schema, and whether this role may use them.',
  sql: () => `
SELECT /* dbd snapshot */ v.number >= 180000 AS v18, v.number >= 170000 AS v17, v.number >= 160000 AS v16, v.number >= 150000 AS v15, v.number >= 140000 AS v14,
       v.number >= 130000 AS v13,
       s.nspname::text AS statements_schema, p.nspname::text AS pages_schema,
       s.oid IS NOT NULL AS statements_installed, current_setting('pg_stat_statements.max', true) IS NOT NULL AS statements_loaded,
       coalesce(has_schema_privilege(s.oid, 'USAGE'), false) AS statements_open,
       s.oid IS NOT NULL AND current_setting('pg_stat_statements.max', true) IS NOT NULL AND has_schema_privilege(s.oid, 'USAGE') AS statements_usable,
       p.oid IS NOT NULL AS pages_installed, p.oid IS NOT NULL AND current_setting('is_superuser') = 'on' AS pages_usable,
       has_table_privilege('pg_catalog.pg_statistic', 'SELECT') AS raw_statistics
FROM (SELECT current_setting('server_version_num')::int AS number) v${extension('s')} ON s.extname = 'pg_stat_statements'${extension('p')} ON p.extname = 'pageinspect'`,
};

/** What the first section found. */
export function placesOf(recording: Recording): Places {
  return rowsOf<Places>(recording, PLACES)[0] ?? {};
}
