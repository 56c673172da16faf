import type { IndexActivity, ServerActivity, TableActivity } from '../../../../engine/snapshot/model.ts';
import { OWN_SCHEMA, ordered, present } from '../../inspect/scope.ts';
import type { Recording, Row, Section } from '../model.ts';
import { rowsOf } from '../rows.ts';
import { iso } from './source.ts';

const stage = 'read activity and workload';

/** What was done to tables. */
export const TABLE_ACTIVITY: Section = {
  name: 'table-activity',
  stage,
  why: 'How often each table was scanned, and how many rows were inserted, changed and deleted since the counters began.',
  sql: () => `
SELECT n.nspname::text AS schema, s.relname::text AS name, coalesce(s.seq_scan, 0) AS "sequentialScans", coalesce(s.seq_tup_read, 0) AS "sequentialRows",
       coalesce(s.idx_scan, 0) AS "indexScans", s.n_tup_ins AS inserted, s.n_tup_upd AS updated, s.n_tup_hot_upd AS "hotUpdated", s.n_tup_del AS deleted,
       s.n_live_tup AS live, s.n_dead_tup AS dead
FROM pg_catalog.pg_stat_all_tables s JOIN pg_catalog.pg_namespace n ON n.nspname = s.schemaname
WHERE ${OWN_SCHEMA}
${ordered('n.nspname', 's.relname')}`,
};

/** How often indexes were used. */
export const INDEX_ACTIVITY: Section = {
  name: 'index-activity',
  stage,
  why: 'How often each index was used.',
  sql: ({ version }) => `
SELECT n.nspname::text AS schema, s.indexrelname::text AS name, s.idx_scan AS scans, ${
    version >= 160_000 ? iso('s.last_idx_scan') : 'NULL::text'
  } AS last_scan
FROM pg_catalog.pg_stat_all_indexes s JOIN pg_catalog.pg_namespace n ON n.nspname = s.schemaname
WHERE ${OWN_SCHEMA}
${ordered('n.nspname', 's.indexrelname')}`,
};

/** Counters of the whole database. */
export const DATABASE_ACTIVITY: Section = {
  name: 'database-activity',
  stage,
  why: 'Counters of the whole database: transactions, pages found in memory or read, rows, temporary files, deadlocks, its size, and how many standbys follow.',
  sql: () => `
SELECT ${iso('d.stats_reset')} AS since, d.numbackends AS connections, d.xact_commit AS commits, d.xact_rollback AS rollbacks,
       d.blks_read AS read, d.blks_hit AS hit, d.tup_returned AS "rowsScanned", d.tup_fetched AS "rowsFetched", d.tup_inserted AS inserted,
       d.tup_updated AS updated, d.tup_deleted AS deleted, d.conflicts, d.temp_files AS "temporaryFiles", d.temp_bytes AS "temporaryBytes", d.deadlocks,
       d.blk_read_time AS "readMs", d.blk_write_time AS "writeMs",
       CASE WHEN has_database_privilege(d.datname, 'CONNECT') THEN pg_catalog.pg_database_size(d.datname) END AS bytes,
       (SELECT count(*) FROM pg_catalog.pg_stat_replication r WHERE r.state IS DISTINCT FROM 'backup' AND NOT EXISTS (
          SELECT FROM pg_catalog.pg_replication_slots s WHERE s.active_pid = r.pid AND s.slot_type = 'logical')) AS standbys,
       (SELECT count(*) FROM pg_catalog.pg_replication_slots s WHERE s.slot_type = 'physical') AS "standbySlots"
FROM pg_catalog.pg_stat_database d WHERE d.datname = current_database()`,
};

interface IndexActivityRow {
  readonly schema: string;
  readonly name: string;
  readonly scans: number;
  readonly last_scan: string | null;
}

/** Counters of tables, indexes and the database. */
export function toActivity(recording: Recording): ServerActivity {
  const { since = null, ...counters } = rowsOf<Row>(recording, DATABASE_ACTIVITY)[0] ?? {};
  return present<ServerActivity>({
    since: since as string | null,
    tables: rowsOf<TableActivity>(recording, TABLE_ACTIVITY),
    indexes: rowsOf<IndexActivityRow>(recording, INDEX_ACTIVITY).map((row) =>
      present<IndexActivity>({
        schema: row.schema,
        name: row.name,
        scans: row.scans,
        lastScan: row.last_scan,
      }),
    ),
    database: present<Readonly<Record<string, number>>>(counters as Readonly<Record<string, number>>),
  });
}
