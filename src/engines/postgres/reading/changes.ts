import type { Session } from '../../../engine/model.ts';
import { ownPath } from './settings.ts';

/** Each catalog of definitions that a statement may reach; of `pg_class` and `pg_type` what temporary tables leave alone. */
const sources: readonly string[] = [
  'pg_proc',
  'pg_aggregate',
  'pg_operator',
  'pg_amop',
  'pg_amproc',
  'pg_opclass',
  'pg_cast',
  "pg_type WHERE typtype <> 'c' AND typcategory <> 'A'",
  "pg_constraint WHERE contype = 'c' OR contypid <> 0",
  'pg_rewrite',
  'pg_policy',
  'pg_inherits',
  "pg_attrdef WHERE adrelid IN (SELECT attrelid FROM pg_attribute WHERE attgenerated <> '')",
  'pg_index WHERE indexprs IS NOT NULL OR indpred IS NOT NULL',
  'pg_statistic_ext',
  'pg_ts_template',
  'pg_ts_parser',
  'pg_conversion',
];

const PRINT = `
SELECT concat_ws(' ', ${sources.map((source) => `(SELECT concat(count(*), '/', sum(xmin::text::bigint)) FROM ${source})`).join(',\n  ')},
  (SELECT concat(count(*), '/', sum(oid::text::bigint)) FROM pg_class WHERE relrowsecurity OR relkind = 'f')) AS print`;

const PATH = "SELECT pg_catalog.current_setting('search_path') AS path";
const PUT = "SELECT pg_catalog.set_config('search_path', $1, true)";

/**
 * Tells whether any definition has changed since: every row of these catalogs carries the transaction that wrote it, so that even a definition that is
 * changed and changed back is seen. One that only others use counts too. Asks within the transaction that is open, and leaves its path as it was.
 */
export async function definitions(session: Session): Promise<string> {
  const path = (await session.query<{ path: string }>(PATH)).rows[0]!.path;
  // On the role's own path an operator or a function with closer types would be called instead of the server's.
  await session.query(PUT, [ownPath]);
  const { rows } = await session.query<{ print: string }>(PRINT);
  await session.query(PUT, [path]);
  return rows[0]!.print;
}
