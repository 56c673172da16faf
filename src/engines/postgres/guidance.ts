import type { Guidance } from '../../engine/guidance/model.ts';

/** What an operator runs with psql beside a change. */
export const guidance: Guidance = {
  stop: 'SELECT pg_cancel_backend(<pid>)',
  run: (file) => `psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -f ${file}`,
  ask: (sql) => `psql "$DATABASE_URL" -c "${sql.replaceAll(/\s+/g, ' ').replaceAll(/["\\$`]/g, '\\$&')}"`,
  watch: () => [
    {
      title: 'Who waits for whom',
      sql: `SELECT pid, pg_blocking_pids(pid) AS waits_for, now() - query_start AS since, left(query, 80) AS query
FROM pg_stat_activity
WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0
ORDER BY query_start`,
      alarm:
        'Waits come and go. Stop the change when the same application query waits longer than the limit of the task.',
      quiet: 'none',
    },
    {
      title: 'Transactions that hold things up',
      sql: `SELECT pid, usename, state, now() - xact_start AS since, left(query, 80) AS query
FROM pg_stat_activity
WHERE datname = current_database() AND xact_start < now() - interval '1 minute' AND pid <> pg_backend_pid()
ORDER BY xact_start`,
      alarm:
        'Begin only when it shows no row: a step that needs a lock waits for them, and everybody behind it.',
      quiet: 'none',
    },
    {
      title: 'Progress of an index build',
      sql: `SELECT p.pid, p.phase, p.blocks_done, p.blocks_total, p.index_relid::regclass AS index
FROM pg_stat_progress_create_index p
WHERE p.datname = current_database()`,
      alarm: 'The phase moves on. One that says "waiting for …" waits for an old transaction: see above.',
      quiet: 'any',
    },
    {
      title: 'Indexes that a stopped build left',
      sql: `SELECT indexrelid::regclass AS index, indrelid::regclass AS table
FROM pg_index
WHERE NOT indisvalid AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = indexrelid)`,
      alarm: 'Drop each with DROP INDEX CONCURRENTLY before its step is run again.',
      quiet: 'none',
    },
    {
      title: 'How far replicas are behind',
      sql: `SELECT application_name, state, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) AS bytes_behind, replay_lag
FROM pg_stat_replication`,
      alarm:
        'Pause between batches and files while a replica that serves reads falls behind. Run it on the primary.',
      quiet: 'any',
    },
    {
      title: 'Room (as a member of pg_monitor)',
      sql: `SELECT pg_size_pretty(pg_database_size(current_database())) AS database, pg_size_pretty(sum(size)) AS write_ahead_log
FROM pg_ls_waldir()`,
      alarm:
        'Stop before the disk is full: the log grows with every row that is written, and with every replica that is behind.',
      quiet: 'any',
    },
  ],
};
