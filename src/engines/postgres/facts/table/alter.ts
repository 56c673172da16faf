import type { FactRow } from '../model.ts';

/** ALTER TABLE of what holds no rows back: columns, names, settings. */
export const alterRows: readonly FactRow[] = [
  {
    id: 'alter-table/drop-column',
    form: 'ALTER TABLE … DROP COLUMN c',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE', sequence: 'ACCESS EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE orders DROP COLUMN body' },
      { sql: 'ALTER TABLE orders DROP COLUMN numbered' },
      { sql: 'ALTER TABLE people DROP COLUMN id' },
      { sql: 'ALTER TABLE events DROP COLUMN id' },
    ],
  },
  {
    id: 'alter-table/drop-column-referencing',
    form: 'ALTER TABLE … DROP COLUMN c (part of a foreign key)',
    locks: { table: 'ACCESS EXCLUSIVE', parent: 'ACCESS EXCLUSIVE' },
    note: 'Its foreign key goes with it, and the referenced table is locked as well.',
    trials: [{ sql: 'ALTER TABLE orders DROP COLUMN customer_id' }],
  },
  {
    id: 'alter-table/set-default',
    form: 'ALTER TABLE … ALTER COLUMN c SET DEFAULT …',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    trials: [
      { sql: "ALTER TABLE orders ALTER COLUMN note SET DEFAULT 'x'" },
      { sql: "ALTER TABLE people ALTER COLUMN name SET DEFAULT 'x'" },
      { sql: 'ALTER TABLE orders ALTER COLUMN note SET DEFAULT gen_random_uuid()::text' },
    ],
  },
  {
    id: 'alter-table/drop-default',
    form: 'ALTER TABLE … ALTER COLUMN c DROP DEFAULT',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE orders ALTER COLUMN note DROP DEFAULT' },
      { sql: 'ALTER TABLE people ALTER COLUMN name DROP DEFAULT' },
    ],
  },
  {
    id: 'alter-table/drop-not-null',
    form: 'ALTER TABLE … ALTER COLUMN c DROP NOT NULL',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE orders ALTER COLUMN total DROP NOT NULL' },
      { sql: 'ALTER TABLE events ALTER COLUMN id DROP NOT NULL' },
    ],
  },
  {
    id: 'alter-table/set-not-null',
    form: 'ALTER TABLE … ALTER COLUMN c SET NOT NULL',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    scans: { table: 'looks for nulls', heirs: 'looks for nulls' },
    trials: [
      { sql: 'ALTER TABLE orders ALTER COLUMN note SET NOT NULL' },
      { sql: 'ALTER TABLE people ALTER COLUMN name SET NOT NULL' },
    ],
  },
  {
    id: 'alter-table/set-not-null-proven',
    form: 'ALTER TABLE … ALTER COLUMN c SET NOT NULL (a valid CHECK implies it)',
    locks: { table: 'ACCESS EXCLUSIVE' },
    note: 'The server sees `c IS NOT NULL`, also as a part of a conjunction.',
    trials: [
      { sql: 'ALTER TABLE orders ALTER COLUMN filled SET NOT NULL' },
      { sql: 'ALTER TABLE orders ALTER COLUMN both_filled SET NOT NULL' },
    ],
  },
  {
    id: 'alter-table/set-not-null-proof-dropped',
    form: 'ALTER TABLE … ALTER COLUMN c SET NOT NULL, DROP CONSTRAINT its_check',
    locks: { table: 'ACCESS EXCLUSIVE' },
    scans: { table: 'looks for nulls: the constraint that would prove it goes in the same statement' },
    trials: [
      { sql: 'ALTER TABLE orders ALTER COLUMN filled SET NOT NULL, DROP CONSTRAINT orders_filled_check' },
    ],
  },
  {
    id: 'alter-table/set-not-null-beside-not-valid',
    form: 'ALTER TABLE … ALTER COLUMN c SET NOT NULL (a NOT VALID not-null constraint exists)',
    since: 18,
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    scans: { table: 'looks for nulls', heirs: 'looks for nulls' },
    note: 'VALIDATE CONSTRAINT looks for them beside readers and writers.',
    trials: [
      {
        given: 'ALTER TABLE orders ADD CONSTRAINT orders_note_nn NOT NULL note NOT VALID',
        sql: 'ALTER TABLE orders ALTER COLUMN note SET NOT NULL',
      },
    ],
  },
  {
    id: 'alter-table/set-not-null-again',
    form: 'ALTER TABLE … ALTER COLUMN c SET NOT NULL (it is already)',
    locks: { table: 'ACCESS EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE orders ALTER COLUMN total SET NOT NULL' },
      { sql: 'ALTER TABLE events ALTER COLUMN id SET NOT NULL' },
    ],
  },
  {
    id: 'alter-table/rename-column',
    form: 'ALTER TABLE … RENAME COLUMN c TO d',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    note: 'Views follow; functions whose body is a string fail afterwards.',
    trials: [
      { sql: 'ALTER TABLE orders RENAME COLUMN note TO remark' },
      { sql: 'ALTER TABLE people RENAME COLUMN name TO called' },
      { sql: 'ALTER TABLE orders RENAME COLUMN total TO whole' },
    ],
  },
  {
    id: 'alter-table/rename-table',
    form: 'ALTER TABLE … RENAME TO t',
    locks: { table: 'ACCESS EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE orders RENAME TO purchases' },
      { sql: 'ALTER TABLE events RENAME TO happenings' },
    ],
  },
  {
    id: 'alter-table/rename-constraint',
    form: 'ALTER TABLE … RENAME CONSTRAINT c TO d',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE orders RENAME CONSTRAINT orders_tag_check TO tag_set' },
      { sql: 'ALTER TABLE people RENAME CONSTRAINT people_name_check TO named' },
    ],
  },
  {
    id: 'alter-table/set-schema',
    form: 'ALTER TABLE … SET SCHEMA s',
    locks: { table: 'ACCESS EXCLUSIVE' },
    trials: [{ given: 'CREATE SCHEMA other', sql: 'ALTER TABLE loose SET SCHEMA other' }],
  },
  {
    id: 'alter-table/owner',
    form: 'ALTER TABLE … OWNER TO role',
    locks: { table: 'ACCESS EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE loose OWNER TO dbd_admin' },
      { sql: 'ALTER TABLE people OWNER TO dbd_admin' },
    ],
  },
  {
    id: 'alter-table/enable-row-security',
    form: 'ALTER TABLE … ENABLE ROW LEVEL SECURITY',
    locks: { table: 'ACCESS EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE customers ENABLE ROW LEVEL SECURITY' },
      { sql: 'ALTER TABLE people ENABLE ROW LEVEL SECURITY' },
    ],
  },
  {
    id: 'alter-table/disable-row-security',
    form: 'ALTER TABLE … DISABLE ROW LEVEL SECURITY',
    locks: { table: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'ALTER TABLE customers DISABLE ROW LEVEL SECURITY' }],
  },
  {
    id: 'alter-table/force-row-security',
    form: 'ALTER TABLE … FORCE ROW LEVEL SECURITY',
    locks: { table: 'ACCESS EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE customers FORCE ROW LEVEL SECURITY' },
      { sql: 'ALTER TABLE customers NO FORCE ROW LEVEL SECURITY' },
    ],
  },
  {
    id: 'alter-table/replica-identity',
    form: 'ALTER TABLE … REPLICA IDENTITY …',
    locks: { table: 'ACCESS EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE orders REPLICA IDENTITY FULL' },
      { sql: 'ALTER TABLE kept REPLICA IDENTITY USING INDEX kept_id_idx' },
    ],
  },
  {
    id: 'alter-table/set-storage',
    form: 'ALTER TABLE … ALTER COLUMN c SET STORAGE …',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE orders ALTER COLUMN body SET STORAGE EXTERNAL' },
      { sql: 'ALTER TABLE people ALTER COLUMN name SET STORAGE MAIN' },
    ],
  },
  {
    id: 'alter-table/set-compression',
    form: 'ALTER TABLE … ALTER COLUMN c SET COMPRESSION …',
    locks: { table: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'ALTER TABLE orders ALTER COLUMN body SET COMPRESSION pglz' }],
  },
  {
    id: 'alter-table/inherit',
    form: 'ALTER TABLE … INHERIT parent',
    locks: { table: 'ACCESS EXCLUSIVE', parent: 'SHARE UPDATE EXCLUSIVE' },
    trials: [{ sql: 'ALTER TABLE strangers INHERIT people' }],
  },
  {
    id: 'alter-table/no-inherit',
    form: 'ALTER TABLE … NO INHERIT parent',
    locks: { table: 'ACCESS EXCLUSIVE', parent: 'ACCESS SHARE' },
    trials: [{ sql: 'ALTER TABLE staff NO INHERIT people' }],
  },
];
