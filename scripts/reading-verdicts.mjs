// Writes the verdicts on built-in functions that dbd's judge of foreign statements reads: `node scripts/reading-verdicts.mjs URL…`, one
// fresh server of each major version. The rules below were written by hand; read the changed lines of the file as an attacker would before committing it.
import pg from 'pg';
import { writeFileSync } from 'node:fs';

const target = new URL('../src/engines/postgres/reading/verdicts/functions.ts', import.meta.url);

// The first rule that fits decides. What no rule names is harmless when it is immutable or stable, and stops the script when it is volatile.
const refused = [
  [
    'files',
    /^(pg_read_file|pg_read_file_old|pg_read_binary_file|pg_ls_\w+|pg_stat_file|pg_current_logfile|pg_show_all_file_settings|pg_hba_file_rules|pg_ident_file_mappings|pg_relation_filepath|pg_relation_filenode|pg_filenode_relation|pg_tablespace_location|pg_tablespace_databases|pg_tablespace_size|pg_available_extension\w*|pg_extension_update_paths|pg_config|pg_get_loaded_modules)$/,
  ],
  ['large objects', /^(lo_\w+|loread|lowrite)$/],
  ['locks', /^pg_(try_)?advisory_\w+$/],
  ['waiting', /^pg_sleep\w*$/],
  [
    'signals',
    /^(pg_cancel_backend|pg_terminate_backend|pg_log_backend_memory_contexts|pg_reload_conf|pg_rotate_logfile|pg_rotate_logfile_old|pg_promote)$/,
  ],
  ['settings', /^(set_config|setseed|pg_show_all_settings|pg_settings_get_flags)$/],
  ['notifications', /^(pg_notify|pg_listening_channels|pg_notification_queue_usage)$/],
  ['sequences', /^(nextval|setval|currval|lastval|pg_sequence_last_value|pg_get_sequence_data)$/],
  [
    'replication',
    /^(pg_\w*replication\w*|pg_logical_\w+|pg_(copy|create|drop)_\w+_slot|pg_\w*wal(_\w+|file_\w+)?|pg_start_backup|pg_stop_backup|pg_backup_\w+|pg_is_in_backup|pg_create_restore_point|pg_control_\w+|pg_last_\w+|pg_export_snapshot|pg_log_standby_snapshot|pg_stat_get_(subscription\w*|archiver|recovery_prefetch)|pg_get_publication_tables)$/,
  ],
  [
    'statistics',
    /^(pg_stat_reset\w*|pg_stat_clear_snapshot|pg_stat_force_next_flush|pg_(clear|restore)_\w+_stats|pg_mcv_list_items|pg_stat_have_stats)$/,
  ],
  [
    'sessions',
    /^(pg_stat_get_activity|pg_stat_get_backend_\w+|pg_stat_get_progress_info|pg_get_backend_memory_contexts|pg_get_aios|pg_get_shmem_\w+|pg_prepared_\w+|pg_cursor|pg_lock_status|pg_blocking_pids|pg_safe_snapshot_blocking_pids|pg_isolation_test_session_is_blocked|pg_stat_get_(io|slru|bgwriter_\w+|checkpointer_\w+|checkpoint_\w+|buf_\w+)|pg_get_wait_events|pg_numa_available)$/,
  ],
  [
    'transactions',
    /^(txid_current|pg_current_xact_id|pg_xact_commit_timestamp\w*|pg_xact_status|txid_status|pg_get_multixact_members)$/,
  ],
  [
    'text as code',
    /^((query|cursor|table|schema|database)_to_xml\w*|ts_stat|pg_input_is_valid|pg_input_error_info|satisfies_hash_partition)$/,
  ],
  ['text as code', /^ts_rewrite\(tsquery, text\)$/],
  [
    'upkeep',
    /^(brin_(de)?summarize_\w+|gin_clean_pending_list|binary_upgrade_\w+|pg_nextoid|pg_extension_config_dump|pg_import_system_collations|pg_stop_making_pinned_objects|amvalidate|currtid2)$/,
  ],
  [
    'server’s own calls',
    /^(pg_event_trigger_\w+|fmgr_\w+_validator|plpgsql_\w+|RI_FKey_\w+|\w+_trigger|\w+_trigger_column|unique_key_recheck|postgresql_fdw_validator)$/,
  ],
];
const inDefinitions = /^current_setting$/;
const harmlessVolatile =
  /^(array_sample|array_shuffle|clock_timestamp|current_query|gen_random_uuid|random|random_normal|timeofday|timezone|uuidv4|uuidv7|pg_relation_size|pg_table_size|pg_indexes_size|pg_total_relation_size|pg_database_size|pg_partition_ancestors|pg_partition_tree|pg_collation_actual_version|pg_database_collation_actual_version|pg_is_in_recovery|pg_jit_available|pg_stat_get_xact_\w+)$/;
// Input and output of types, transition and support functions: no statement calls them by itself, the server does.
const internal = /(^|, )(internal|cstring)(\[\])?(,|$)/;
const internalResult = /^(internal|cstring|trigger|event_trigger|language_handler|\w+_handler)$/;

const found = new Map();
for (const url of process.argv.slice(2)) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(`
    SELECT CASE n.nspname WHEN 'pg_catalog' THEN '' ELSE n.nspname || '.' END || p.proname AS name, pg_catalog.oidvectortypes(p.proargtypes) AS args,
      p.provolatile AS volatility, p.prorettype::regtype::text AS result
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.oid < 16384`);
  await client.end();
  for (const row of rows) {
    const key = `${row.name}(${row.args})`;
    const before = found.get(key);
    found.set(key, before?.volatility === 'v' ? before : row);
  }
}

function verdict({ name, args, volatility, result }) {
  const rule = refused.find(([, names]) => names.test(name) || names.test(`${name}(${args})`));
  if (rule) return rule[0];
  if (inDefinitions.test(name)) return 'in definitions';
  if (internal.test(args) || internalResult.test(result) || /send$|typmodout$/.test(name)) return 'parts';
  if (volatility !== 'v' || harmlessVolatile.test(name)) return 'harmless';
  throw new Error(`No rule for the volatile function ${name}(${args}).`);
}

const groups = new Map();
for (const row of found.values()) {
  const names = groups.get(verdict(row)) ?? new Map();
  groups.set(verdict(row), names.set(row.name, [...(names.get(row.name) ?? []), row.args]));
}
const order = (a, b) => (a < b ? -1 : 1);
const lines = [...groups.keys()].toSorted(order).flatMap((group) => {
  const items = [...groups.get(group)]
    .toSorted(([a], [b]) => order(a, b))
    .map(
      ([name, all]) =>
        name +
        all
          .toSorted(order)
          .map((args) => `(${args})`)
          .join(''),
    );
  const chunks = [''];
  for (const item of items) {
    if (chunks.at(-1).length + item.length > 900) chunks.push('');
    chunks[chunks.length - 1] += chunks.at(-1) === '' ? item : `; ${item}`;
  }
  const key = /\W/.test(group) ? `'${group}'` : group;
  return [`  ${key}: [`, ...chunks.map((chunk) => `    '${chunk}',`), '  ],'];
});
writeFileSync(
  target,
  `/** Every built-in function of PostgreSQL 14 to 18 by verdict, with its argument types; written by \`scripts/reading-verdicts.mjs\`. */
export const functions: Readonly<Record<string, readonly string[]>> = {
${lines.join('\n')}
};
`,
);
