import type { FactRow } from '../model.ts';

/** ALTER TABLE of settings, storage, triggers and numbered columns. */
export const settingRows: readonly FactRow[] = [
  {
    id: 'alter-table/set-statistics',
    form: 'ALTER TABLE … ALTER COLUMN c SET STATISTICS n',
    locks: { table: 'SHARE UPDATE EXCLUSIVE', heirs: 'SHARE UPDATE EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE orders ALTER COLUMN note SET STATISTICS 500' },
      { sql: 'ALTER TABLE people ALTER COLUMN name SET STATISTICS 500' },
    ],
  },
  {
    id: 'alter-table/set-column-options',
    form: 'ALTER TABLE … ALTER COLUMN c SET (n_distinct = …)',
    locks: { table: 'SHARE UPDATE EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE orders ALTER COLUMN note SET (n_distinct = 5)' },
      { sql: 'ALTER TABLE orders ALTER COLUMN note RESET (n_distinct)' },
    ],
  },
  {
    id: 'alter-table/set-parameters',
    form: 'ALTER TABLE … SET (fillfactor = …, autovacuum_… = …)',
    locks: { table: 'SHARE UPDATE EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE orders SET (fillfactor = 80)' },
      { sql: 'ALTER TABLE orders SET (autovacuum_vacuum_scale_factor = 0.01)' },
      { sql: 'ALTER TABLE orders SET (parallel_workers = 2)' },
    ],
  },
  {
    id: 'alter-table/set-other-parameters',
    form: 'ALTER TABLE … SET (user_catalog_table = …)',
    locks: { table: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'ALTER TABLE orders SET (user_catalog_table = true)' }],
  },
  {
    id: 'alter-table/reset-parameters',
    form: 'ALTER TABLE … RESET (fillfactor)',
    locks: { table: 'SHARE UPDATE EXCLUSIVE' },
    trials: [{ sql: 'ALTER TABLE orders RESET (fillfactor)' }],
  },
  {
    id: 'alter-table/set-unlogged',
    form: 'ALTER TABLE … SET UNLOGGED',
    locks: { table: 'ACCESS EXCLUSIVE' },
    rewrites: ['table'],
    trials: [{ sql: 'ALTER TABLE loose SET UNLOGGED' }],
  },
  {
    id: 'alter-table/set-logged',
    form: 'ALTER TABLE … SET LOGGED',
    locks: { table: 'ACCESS EXCLUSIVE' },
    rewrites: ['table'],
    trials: [{ given: 'ALTER TABLE loose SET UNLOGGED', sql: 'ALTER TABLE loose SET LOGGED' }],
  },
  {
    id: 'alter-table/set-tablespace',
    form: 'ALTER TABLE … SET TABLESPACE t',
    locks: { table: 'ACCESS EXCLUSIVE' },
    rewrites: ['table'],
    trials: [
      {
        given: "SET allow_in_place_tablespaces = on; CREATE TABLESPACE fast LOCATION ''",
        sql: 'ALTER TABLE loose SET TABLESPACE fast',
      },
    ],
  },
  {
    id: 'alter-table/set-access-method',
    form: 'ALTER TABLE … SET ACCESS METHOD m',
    since: 15,
    locks: { table: 'ACCESS EXCLUSIVE' },
    rewrites: ['table'],
    trials: [
      {
        given: 'CREATE ACCESS METHOD pile TYPE TABLE HANDLER heap_tableam_handler',
        sql: 'ALTER TABLE loose SET ACCESS METHOD pile',
      },
    ],
  },
  {
    id: 'alter-table/cluster-on',
    form: 'ALTER TABLE … CLUSTER ON index',
    locks: { table: 'SHARE UPDATE EXCLUSIVE' },
    trials: [{ sql: 'ALTER TABLE orders CLUSTER ON orders_status_idx' }],
  },
  {
    id: 'alter-table/set-without-cluster',
    form: 'ALTER TABLE … SET WITHOUT CLUSTER',
    locks: { table: 'SHARE UPDATE EXCLUSIVE' },
    trials: [{ sql: 'ALTER TABLE orders SET WITHOUT CLUSTER' }],
  },
  {
    id: 'alter-table/enable-trigger',
    form: 'ALTER TABLE … ENABLE TRIGGER …',
    locks: { table: 'SHARE ROW EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE orders ENABLE TRIGGER orders_touched' },
      { sql: 'ALTER TABLE orders ENABLE REPLICA TRIGGER orders_touched' },
      { sql: 'ALTER TABLE orders ENABLE TRIGGER USER' },
    ],
  },
  {
    id: 'alter-table/disable-trigger',
    form: 'ALTER TABLE … DISABLE TRIGGER …',
    locks: { table: 'SHARE ROW EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE orders DISABLE TRIGGER orders_touched' },
      { sql: 'ALTER TABLE orders DISABLE TRIGGER ALL' },
    ],
  },
  {
    id: 'alter-table/enable-rule',
    form: 'ALTER TABLE … ENABLE / DISABLE RULE …',
    locks: { table: 'ACCESS EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE ruled DISABLE RULE ruled_quiet' },
      { sql: 'ALTER TABLE ruled ENABLE RULE ruled_quiet' },
    ],
  },
  {
    id: 'alter-table/drop-expression',
    form: 'ALTER TABLE … ALTER COLUMN c DROP EXPRESSION',
    locks: { table: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'ALTER TABLE orders ALTER COLUMN doubled DROP EXPRESSION' }],
  },
  {
    id: 'alter-table/set-expression',
    form: 'ALTER TABLE … ALTER COLUMN c SET EXPRESSION AS (…) (stored)',
    since: 17,
    locks: { table: 'ACCESS EXCLUSIVE' },
    rewrites: ['table'],
    trials: [{ sql: 'ALTER TABLE orders ALTER COLUMN doubled SET EXPRESSION AS (amount * 3)' }],
  },
  {
    id: 'alter-table/set-expression-virtual',
    form: 'ALTER TABLE … ALTER COLUMN c SET EXPRESSION AS (…) (virtual)',
    since: 18,
    locks: { table: 'ACCESS EXCLUSIVE' },
    note: 'Refused for a table with check constraints.',
    trials: [
      {
        given: 'ALTER TABLE loose ADD COLUMN shown int GENERATED ALWAYS AS (n) VIRTUAL',
        sql: 'ALTER TABLE loose ALTER COLUMN shown SET EXPRESSION AS (n * 3)',
      },
      {
        given: 'ALTER TABLE orders ADD COLUMN shown int GENERATED ALWAYS AS (amount) VIRTUAL',
        sql: 'ALTER TABLE orders ALTER COLUMN shown SET EXPRESSION AS (amount * 3)',
        fails: '0A000',
      },
    ],
  },
  {
    id: 'alter-table/add-identity',
    form: 'ALTER TABLE … ALTER COLUMN c ADD GENERATED … AS IDENTITY',
    locks: { table: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'ALTER TABLE orders ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY' }],
  },
  {
    id: 'alter-table/set-identity',
    form: 'ALTER TABLE … ALTER COLUMN c SET GENERATED … / RESTART',
    locks: { table: 'ACCESS EXCLUSIVE', sequence: 'SHARE ROW EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE orders ALTER COLUMN numbered SET GENERATED ALWAYS' },
      { sql: 'ALTER TABLE orders ALTER COLUMN numbered RESTART WITH 5000' },
    ],
  },
  {
    id: 'alter-table/drop-identity',
    form: 'ALTER TABLE … ALTER COLUMN c DROP IDENTITY',
    locks: { table: 'ACCESS EXCLUSIVE', sequence: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'ALTER TABLE orders ALTER COLUMN numbered DROP IDENTITY' }],
  },
];
