import type { FactRow } from '../model.ts';

/** Indexes. */
export const indexRows: readonly FactRow[] = [
  {
    id: 'index/create',
    form: 'CREATE [UNIQUE] INDEX',
    locks: { table: 'SHARE' },
    scans: { table: 'an index is built' },
    trials: [
      { sql: 'CREATE INDEX extra ON orders (amount)' },
      { sql: 'CREATE UNIQUE INDEX extra ON loose (n)' },
      { sql: 'CREATE INDEX extra ON orders (lower(body)) WHERE amount > 5' },
      { sql: 'CREATE INDEX extra ON events_2026 (id)' },
      { sql: 'CREATE INDEX extra ON people (id)' },
    ],
  },
  {
    id: 'index/create-concurrently',
    form: 'CREATE [UNIQUE] INDEX CONCURRENTLY',
    locks: { table: 'SHARE UPDATE EXCLUSIVE' },
    scans: { table: 'an index is built, in two passes' },
    outside: true,
    note: 'Waits for every older snapshot of the database; refused for a partitioned table; a failed attempt leaves an INVALID index.',
    trials: [
      { sql: 'CREATE INDEX CONCURRENTLY extra ON orders (amount)', held: 'snapshot' },
      { sql: 'CREATE INDEX CONCURRENTLY extra ON events (kind)', fails: '0A000' },
      { given: '', sql: 'CREATE UNIQUE INDEX CONCURRENTLY extra ON orders (customer_id)', fails: '23505' },
    ],
  },
  {
    id: 'index/create-partitioned',
    form: 'CREATE INDEX on a partitioned table',
    locks: { table: 'SHARE', heirs: 'SHARE' },
    scans: { heirs: 'an index is built' },
    trials: [{ sql: 'CREATE INDEX extra ON events (id)' }],
  },
  {
    id: 'index/create-only',
    form: 'CREATE INDEX ON ONLY a partitioned table',
    locks: { table: 'SHARE' },
    note: 'Invalid until an index of every partition is attached.',
    trials: [{ sql: 'CREATE INDEX extra ON ONLY events (id)' }],
  },
  {
    id: 'index/drop',
    form: 'DROP INDEX',
    locks: { table: 'ACCESS EXCLUSIVE', index: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'DROP INDEX orders_status_idx' }],
  },
  {
    id: 'index/drop-concurrently',
    form: 'DROP INDEX CONCURRENTLY',
    locks: { table: 'SHARE UPDATE EXCLUSIVE' },
    outside: true,
    trials: [{ sql: 'DROP INDEX CONCURRENTLY orders_status_idx', held: 'reader' }],
  },
  {
    id: 'index/drop-partitioned',
    form: 'DROP INDEX of a partitioned table',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'DROP INDEX events_kind_idx' }],
  },
  {
    id: 'index/reindex',
    form: 'REINDEX INDEX',
    locks: { table: 'SHARE', index: 'ACCESS EXCLUSIVE' },
    rewrites: [],
    scans: { table: 'an index is built' },
    note: 'Readers that would use the index wait too.',
    trials: [{ sql: 'REINDEX INDEX orders_status_idx' }],
  },
  {
    id: 'index/reindex-concurrently',
    form: 'REINDEX INDEX CONCURRENTLY',
    locks: { table: 'SHARE UPDATE EXCLUSIVE', index: 'SHARE UPDATE EXCLUSIVE' },
    scans: { table: 'an index is built, in two passes' },
    outside: true,
    trials: [{ sql: 'REINDEX INDEX CONCURRENTLY orders_status_idx', held: 'snapshot' }],
  },
  {
    id: 'index/reindex-table',
    form: 'REINDEX TABLE',
    locks: { table: 'SHARE', index: 'ACCESS EXCLUSIVE' },
    scans: { table: 'its indexes are built' },
    trials: [{ sql: 'REINDEX TABLE items' }],
  },
  {
    id: 'index/reindex-table-concurrently',
    form: 'REINDEX TABLE CONCURRENTLY',
    locks: { table: 'SHARE UPDATE EXCLUSIVE', index: 'SHARE UPDATE EXCLUSIVE' },
    scans: { table: 'its indexes are built, in two passes' },
    outside: true,
    trials: [{ sql: 'REINDEX TABLE CONCURRENTLY items', held: 'snapshot' }],
  },
  {
    id: 'index/rename',
    form: 'ALTER INDEX RENAME TO',
    locks: { index: 'SHARE UPDATE EXCLUSIVE' },
    trials: [{ sql: 'ALTER INDEX orders_status_idx RENAME TO other_idx' }],
  },
  {
    id: 'index/attach',
    form: 'ALTER INDEX … ATTACH PARTITION',
    locks: {
      index: 'SHARE UPDATE EXCLUSIVE',
      partition: 'ACCESS EXCLUSIVE',
      table: 'ACCESS SHARE',
      heirs: 'ACCESS SHARE',
    },
    trials: [{ sql: 'ALTER INDEX readings_value_idx ATTACH PARTITION readings_1_value_idx' }],
  },
  {
    id: 'index/set-parameters',
    form: 'ALTER INDEX … SET (fillfactor = …)',
    locks: { index: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'ALTER INDEX orders_status_idx SET (fillfactor = 70)' }],
  },
  {
    id: 'index/set-statistics',
    form: 'ALTER INDEX … ALTER COLUMN n SET STATISTICS',
    locks: { index: 'SHARE UPDATE EXCLUSIVE' },
    trials: [
      {
        given: 'CREATE INDEX lowered ON orders (lower(body))',
        sql: 'ALTER INDEX lowered ALTER COLUMN 1 SET STATISTICS 100',
      },
    ],
  },
  {
    id: 'index/set-tablespace',
    form: 'ALTER INDEX … SET TABLESPACE',
    locks: { index: 'ACCESS EXCLUSIVE' },
    rewrites: ['index'],
    trials: [
      {
        given: "SET allow_in_place_tablespaces = on; CREATE TABLESPACE fast LOCATION ''",
        sql: 'ALTER INDEX orders_status_idx SET TABLESPACE fast',
      },
    ],
  },
  {
    id: 'statistics/create',
    form: 'CREATE STATISTICS',
    locks: { table: 'SHARE UPDATE EXCLUSIVE' },
    trials: [{ sql: 'CREATE STATISTICS extra ON status, note FROM orders' }],
  },
  {
    id: 'statistics/drop',
    form: 'DROP STATISTICS',
    locks: { table: 'SHARE UPDATE EXCLUSIVE' },
    trials: [{ sql: 'DROP STATISTICS orders_stats' }],
  },
];
