import type { FactRow } from '../model.ts';

/** Partitions. */
export const partitionRows: readonly FactRow[] = [
  {
    id: 'partition/attach',
    form: 'ALTER TABLE … ATTACH PARTITION',
    locks: { table: 'SHARE UPDATE EXCLUSIVE', partition: 'ACCESS EXCLUSIVE' },
    scans: { partition: 'its rows are tried against the bound' },
    trials: [{ sql: 'ALTER TABLE readings ATTACH PARTITION readings_2 FOR VALUES FROM (1000) TO (2000)' }],
  },
  {
    id: 'partition/attach-proven',
    form: 'ALTER TABLE … ATTACH PARTITION (a valid CHECK implies the bound)',
    locks: { table: 'SHARE UPDATE EXCLUSIVE', partition: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'ALTER TABLE readings ATTACH PARTITION readings_3 FOR VALUES FROM (2000) TO (3000)' }],
  },
  {
    id: 'partition/attach-index-built',
    form: 'ALTER TABLE … ATTACH PARTITION (an index of the parent is missing on it)',
    locks: { table: 'SHARE UPDATE EXCLUSIVE', partition: 'ACCESS EXCLUSIVE' },
    scans: { partition: 'the missing index is built' },
    note: 'Build the index before, under the same definition.',
    trials: [{ sql: 'ALTER TABLE readings ATTACH PARTITION readings_4 FOR VALUES FROM (3000) TO (4000)' }],
  },
  {
    id: 'partition/attach-beside-default',
    form: 'ALTER TABLE … ATTACH PARTITION (a DEFAULT partition exists)',
    locks: { table: 'SHARE UPDATE EXCLUSIVE', partition: 'ACCESS EXCLUSIVE', default: 'ACCESS EXCLUSIVE' },
    scans: { default: 'its rows are tried against the new bound' },
    trials: [
      {
        sql: "ALTER TABLE events ATTACH PARTITION events_2027 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')",
      },
      {
        sql: "ALTER TABLE events ATTACH PARTITION events_2028 FOR VALUES FROM ('2028-01-01') TO ('2029-01-01')",
      },
    ],
  },
  {
    id: 'partition/attach-beside-default-proven',
    form: 'ALTER TABLE … ATTACH PARTITION (a CHECK of the DEFAULT partition leaves the bound out)',
    locks: { table: 'SHARE UPDATE EXCLUSIVE', partition: 'ACCESS EXCLUSIVE', default: 'ACCESS EXCLUSIVE' },
    trials: [
      {
        given:
          "ALTER TABLE events_default ADD CONSTRAINT out CHECK (at < '2028-01-01' OR at >= '2029-01-01')",
        sql: "ALTER TABLE events ATTACH PARTITION events_2028 FOR VALUES FROM ('2028-01-01') TO ('2029-01-01')",
      },
    ],
  },
  {
    id: 'partition/detach',
    form: 'ALTER TABLE … DETACH PARTITION',
    locks: { table: 'ACCESS EXCLUSIVE', partition: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'ALTER TABLE readings DETACH PARTITION readings_1' }],
  },
  {
    id: 'partition/detach-beside-default',
    form: 'ALTER TABLE … DETACH PARTITION (a DEFAULT partition exists)',
    locks: { table: 'ACCESS EXCLUSIVE', partition: 'ACCESS EXCLUSIVE', default: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'ALTER TABLE events DETACH PARTITION events_2025' }],
  },
  {
    id: 'partition/detach-concurrently',
    form: 'ALTER TABLE … DETACH PARTITION CONCURRENTLY',
    locks: { table: 'SHARE UPDATE EXCLUSIVE', partition: 'ACCESS EXCLUSIVE' },
    outside: true,
    note: 'First waits, holding nothing, for those who use the parent; the partition is locked for a moment at the end. Refused where a DEFAULT partition exists.',
    trials: [
      {
        sql: 'ALTER TABLE readings DETACH PARTITION readings_1 CONCURRENTLY',
        held: 'reader of the partition',
      },
      { sql: 'ALTER TABLE events DETACH PARTITION events_2025 CONCURRENTLY', fails: '55000' },
    ],
  },
  {
    id: 'partition/detach-finalize',
    form: 'ALTER TABLE … DETACH PARTITION FINALIZE',
    locks: { table: 'SHARE UPDATE EXCLUSIVE', partition: 'ACCESS EXCLUSIVE' },
    trials: [],
  },
  {
    id: 'partition/create',
    form: 'CREATE TABLE … PARTITION OF parent',
    locks: { table: 'ACCESS EXCLUSIVE' },
    note: 'CREATE TABLE and ATTACH PARTITION lock the parent less.',
    trials: [
      { sql: 'CREATE TABLE readings_9 PARTITION OF readings FOR VALUES FROM (9000) TO (9999)' },
      { sql: 'CREATE TABLE readings_rest PARTITION OF readings DEFAULT' },
    ],
  },
  {
    id: 'partition/create-beside-default',
    form: 'CREATE TABLE … PARTITION OF parent (a DEFAULT partition exists)',
    locks: { table: 'ACCESS EXCLUSIVE', default: 'ACCESS EXCLUSIVE' },
    scans: { default: 'its rows are tried against the new bound' },
    trials: [
      {
        sql: "CREATE TABLE events_2030 PARTITION OF events FOR VALUES FROM ('2030-01-01') TO ('2031-01-01')",
      },
    ],
  },
  {
    id: 'partition/create-beside-default-proven',
    form: 'CREATE TABLE … PARTITION OF parent (a CHECK of the DEFAULT partition leaves the bound out)',
    locks: { table: 'ACCESS EXCLUSIVE', default: 'ACCESS EXCLUSIVE' },
    trials: [
      {
        given:
          "ALTER TABLE events_default ADD CONSTRAINT out CHECK (at < '2028-01-01' OR at >= '2029-01-01')",
        sql: "CREATE TABLE events_2029 PARTITION OF events FOR VALUES FROM ('2028-01-01') TO ('2029-01-01')",
      },
    ],
  },
  {
    id: 'partition/drop',
    form: 'DROP TABLE of a partition',
    locks: { table: 'ACCESS EXCLUSIVE', parent: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'DROP TABLE readings_1' }],
  },
];
