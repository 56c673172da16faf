import type { SettingFact } from '../../../../engine/snapshot/model.ts';
import { present } from '../../inspect/scope.ts';
import type { Recording, Section } from '../model.ts';
import { rowsOf } from '../rows.ts';

/** Settings outside the category "Query Tuning" that change plans. */
const PLANNER = `work_mem hash_mem_multiplier temp_buffers max_parallel_workers_per_gather max_parallel_workers parallel_leader_participation
  effective_io_concurrency search_path force_parallel_mode debug_parallel_query row_security TimeZone DateStyle IntervalStyle
  default_text_search_config transform_null_equals`;

/** Settings of extensions that their operators, and so the estimates of these, go by; the server lists them only where the extension's library is loaded. */
const OPERATORS = `pg_trgm.similarity_threshold pg_trgm.word_similarity_threshold pg_trgm.strict_word_similarity_threshold`;

/** Settings that say how the server behaves, without a place, a name or a secret in them. */
const BEHAVIOUR = `shared_buffers maintenance_work_mem max_connections max_worker_processes autovacuum autovacuum_vacuum_scale_factor
  autovacuum_vacuum_threshold autovacuum_analyze_scale_factor autovacuum_analyze_threshold autovacuum_vacuum_insert_scale_factor
  autovacuum_vacuum_insert_threshold track_io_timing track_counts track_activity_query_size fsync full_page_writes synchronous_commit wal_level
  checkpoint_timeout checkpoint_completion_target max_wal_size min_wal_size wal_compression wal_buffers statement_timeout lock_timeout idle_in_transaction_session_timeout
  transaction_timeout idle_session_timeout autovacuum_max_workers autovacuum_vacuum_cost_limit autovacuum_vacuum_cost_delay
  default_transaction_isolation default_transaction_read_only default_transaction_deferrable deadlock_timeout
  default_toast_compression default_table_access_method standard_conforming_strings array_nulls backslash_quote
  bytea_output extra_float_digits xmloption lc_messages lc_monetary lc_numeric lc_time client_min_messages
  check_function_bodies data_checksums block_size segment_size huge_pages max_locks_per_transaction io_method io_workers
  pg_stat_statements.max pg_stat_statements.track pg_stat_statements.track_planning pg_stat_statements.track_utility`;

const list = (names: string): string =>
  `'{${names.replaceAll(/\s+/g, (gap) => (gap.includes('\n') ? ',\n    ' : ', '))}}'::pg_catalog.text[]`;

/** Operators are named in full: the search path is still the session's. */
const PLANS = `(s.name OPERATOR(pg_catalog.=) ANY (${list(OPERATORS)}) OR s.category OPERATOR(pg_catalog.~) '^Query Tuning' OR s.name OPERATOR(pg_catalog.=) ANY (${list(PLANNER)}))`;
const GIVEN = `pg_catalog.pg_db_role_setting d WHERE EXISTS (SELECT FROM pg_catalog.unnest(d.setconfig) c(pair) WHERE c.pair OPERATOR(pg_catalog.~~) (o.name OPERATOR(pg_catalog.||) '=%'))`;
const TOLD = `(${PLANS} OR s.name OPERATOR(pg_catalog.=) ANY (${list(BEHAVIOUR)}))`;

/** What the planner and the server go by; read before the transaction sets anything for itself. */
export const SETTINGS: Section = {
  name: 'settings',
  stage: 'look at the server',
  why: 'Settings that plans and behaviour depend on; no file name, address, command or setting of an application is read.',
  sql: () => `
SELECT s.name, CASE WHEN s.source OPERATOR(pg_catalog.=) 'session' THEN s.reset_val ELSE pg_catalog.current_setting(s.name) END AS value,
       s.source AS "from", ${PLANS} AS planner
FROM (
  SELECT p.name, p.category, p.source, p.reset_val FROM pg_catalog.pg_settings p
  UNION ALL
  SELECT o.name, NULL, CASE WHEN EXISTS (SELECT FROM ${GIVEN} AND d.setrole OPERATOR(pg_catalog.=) (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname OPERATOR(pg_catalog.=) session_user)) THEN 'user'
           WHEN EXISTS (SELECT FROM ${GIVEN} AND d.setrole OPERATOR(pg_catalog.=) 0) THEN 'database' ELSE 'configuration file' END, NULL
    FROM pg_catalog.unnest(${list(OPERATORS)}) o(name)
   WHERE pg_catalog.current_setting(o.name, true) IS NOT NULL AND NOT EXISTS (SELECT FROM pg_catalog.pg_settings p WHERE p.name OPERATOR(pg_catalog.=) o.name)) s
WHERE ${TOLD}
ORDER BY s.name COLLATE "C"`,
};

/** Settings that were given to this database, to roles, and to roles in this database. */
export const SET_FOR: Section = {
  name: 'settings-of-roles',
  stage: 'look at the server',
  why: 'The same settings where they were given to this database or to roles: the application may run under other ones than this session. Other settings, which may hold secrets, are left out.',
  sql: () => `
SELECT s.name, substr(c.pair, strpos(c.pair, '=') + 1) AS value, r.rolname::text AS role, d.setdatabase <> 0 AS here, ${PLANS} AS planner
FROM pg_catalog.pg_db_role_setting d
CROSS JOIN LATERAL unnest(d.setconfig) c(pair)
JOIN (SELECT p.name, p.category FROM pg_catalog.pg_settings p
      UNION ALL SELECT o.name, NULL FROM unnest(${list(OPERATORS)}) o(name) WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_settings p WHERE p.name = o.name)) s ON lower(s.name) = lower(split_part(c.pair, '=', 1))
LEFT JOIN pg_catalog.pg_roles r ON r.oid = d.setrole
WHERE d.setdatabase IN (0, (SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname = current_database()))
  AND (d.setrole = 0 OR r.oid IS NOT NULL) AND ${TOLD}
ORDER BY s.name COLLATE "C", r.rolname::text COLLATE "C" NULLS FIRST, d.setdatabase`,
};

interface SettingRow {
  readonly name: string;
  readonly value: string;
  readonly from: string;
  readonly planner: boolean;
}

interface SetForRow {
  readonly name: string;
  readonly value: string;
  readonly role: string | null;
  readonly here: boolean;
  readonly planner: boolean;
}

/** Facts of the server, then of the database and of roles. */
export function toSettings(recording: Recording): readonly SettingFact[] {
  const given = rowsOf<SetForRow>(recording, SET_FOR);
  const ofDatabase = new Set(given.flatMap((row) => (row.role === null ? [row.name] : [])));
  return [
    // What the database sets is told once, from where it was set.
    ...rowsOf<SettingRow>(recording, SETTINGS).filter(
      // A session of ours may have put a schema before the path of the database.
      (row) =>
        !(
          (row.from === 'database' || (row.from === 'session' && row.name === 'search_path')) &&
          ofDatabase.has(row.name)
        ),
    ),
    ...given.map((row) =>
      present<SettingFact>({
        name: row.name,
        value: row.value,
        from: row.role === null ? 'database' : row.here ? 'role in database' : 'role',
        role: row.role,
        planner: row.planner,
      }),
    ),
  ];
}

/** Planner settings whose value for everybody is hidden, with where the value that hides it comes from. */
export function hiddenSettings(
  recording: Recording,
): readonly { readonly name: string; readonly by: 'role' | 'role in database' | 'client' }[] {
  return rowsOf<SettingRow>(recording, SETTINGS).flatMap(({ name, planner, from }) => {
    const by = planner ? HIDERS[from] : undefined;
    return by === undefined ? [] : [{ name, by }];
  });
}

/** Sources of a value that holds for the reading role or its client only; a session's own one is undone by reading its default. */
const HIDERS: Readonly<Record<string, 'role' | 'role in database' | 'client'>> = {
  user: 'role',
  'database user': 'role in database',
  client: 'client',
};
