import type { FactRow } from '../model.ts';

/** ALTER TABLE … ALTER COLUMN … TYPE. */
export const typeRows: readonly FactRow[] = [
  {
    id: 'change-type/other',
    form: 'ALTER TABLE … ALTER COLUMN c TYPE t (values are stored otherwise)',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    rewrites: ['table', 'heirs'],
    note: 'int to bigint, char(n) to text, text to jsonb and the rest that is not below.',
    trials: [
      { sql: 'ALTER TABLE loose ALTER COLUMN n TYPE bigint' },
      { sql: 'ALTER TABLE orders ALTER COLUMN code TYPE text' },
      { sql: 'ALTER TABLE loose ALTER COLUMN n TYPE text' },
      { sql: 'ALTER TABLE items ALTER COLUMN id TYPE bigint' },
    ],
  },
  {
    id: 'change-type/narrower',
    form: 'ALTER TABLE … ALTER COLUMN c TYPE varchar(n), shorter or from text',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    rewrites: ['table', 'heirs'],
    trials: [
      { sql: 'ALTER TABLE orders ALTER COLUMN status TYPE varchar(10)' },
      { sql: 'ALTER TABLE orders ALTER COLUMN body TYPE varchar(10)' },
    ],
  },
  {
    id: 'change-type/numeric-scale',
    form: 'ALTER TABLE … ALTER COLUMN c TYPE numeric(p, other scale)',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    rewrites: ['table', 'heirs'],
    trials: [
      { given: 'DROP VIEW order_totals', sql: 'ALTER TABLE orders ALTER COLUMN total TYPE numeric(12, 4)' },
      { given: 'DROP VIEW order_totals', sql: 'ALTER TABLE orders ALTER COLUMN total TYPE numeric(8, 2)' },
    ],
  },
  {
    id: 'change-type/using',
    form: 'ALTER TABLE … ALTER COLUMN c TYPE t USING expression',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    rewrites: ['table', 'heirs'],
    trials: [
      { sql: "ALTER TABLE orders ALTER COLUMN body TYPE text USING body || 'x'" },
      { sql: "ALTER TABLE loose ALTER COLUMN name TYPE mood USING 'good'::mood" },
    ],
  },
  {
    id: 'change-type/unknown-column',
    form: 'ALTER TABLE … ALTER COLUMN c TYPE t (old type not known: the worst)',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    rewrites: ['table', 'heirs'],
    note: 'A wider varchar, text or numeric writes nothing anew.',
    trials: [],
  },
  {
    id: 'change-type/same',
    form: 'ALTER TABLE … ALTER COLUMN c TYPE the same type',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'ALTER TABLE loose ALTER COLUMN n TYPE int' }],
  },
  {
    id: 'change-type/wider-text',
    form: 'ALTER TABLE … ALTER COLUMN c TYPE text, varchar, longer varchar(n)',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    note: 'Indexes stay as they are.',
    trials: [
      { sql: 'ALTER TABLE orders ALTER COLUMN status TYPE varchar(40)' },
      { sql: 'ALTER TABLE orders ALTER COLUMN status TYPE text' },
      { sql: 'ALTER TABLE orders ALTER COLUMN body TYPE varchar' },
      { sql: 'ALTER TABLE orders ALTER COLUMN status TYPE text USING status::text' },
    ],
  },
  {
    id: 'change-type/wider-numeric',
    form: 'ALTER TABLE … ALTER COLUMN c TYPE numeric, more digits and the same scale',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    trials: [
      { given: 'DROP VIEW order_totals', sql: 'ALTER TABLE orders ALTER COLUMN total TYPE numeric(14, 2)' },
      { given: 'DROP VIEW order_totals', sql: 'ALTER TABLE orders ALTER COLUMN total TYPE numeric' },
    ],
  },
  {
    id: 'change-type/wider-time',
    form: 'ALTER TABLE … ALTER COLUMN c TYPE timestamp or interval of more digits',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE orders ALTER COLUMN precise TYPE timestamp(6)' },
      { sql: 'ALTER TABLE orders ALTER COLUMN precise TYPE timestamp' },
    ],
  },
  {
    id: 'change-type/cidr-to-inet',
    form: 'ALTER TABLE … ALTER COLUMN c TYPE inet, from cidr',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'ALTER TABLE orders ALTER COLUMN net TYPE inet' }],
  },
  {
    id: 'change-type/timestamp-with-zone',
    form: 'ALTER TABLE … ALTER COLUMN c TYPE timestamptz, from timestamp (session not in UTC)',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    rewrites: ['table', 'heirs'],
    trials: [{ zone: 'Europe/Berlin', sql: 'ALTER TABLE orders ALTER COLUMN placed TYPE timestamptz' }],
  },
  {
    id: 'change-type/timestamp-with-zone-utc',
    form: 'ALTER TABLE … ALTER COLUMN c TYPE timestamptz, from timestamp (session in UTC)',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    trials: [{ zone: 'UTC', sql: 'ALTER TABLE orders ALTER COLUMN placed TYPE timestamptz' }],
  },
  {
    id: 'change-type/to-domain',
    form: 'ALTER TABLE … ALTER COLUMN c TYPE domain (without CHECK)',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'ALTER TABLE orders ALTER COLUMN body TYPE word' }],
  },
  {
    id: 'change-type/constrained-domain',
    form: 'ALTER TABLE … ALTER COLUMN c TYPE domain (with CHECK)',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    rewrites: ['table', 'heirs'],
    trials: [{ sql: 'ALTER TABLE loose ALTER COLUMN n TYPE positive' }],
  },
  {
    id: 'change-type/from-domain',
    form: 'ALTER TABLE … ALTER COLUMN c TYPE base type, from a domain',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE prices ALTER COLUMN title TYPE text' },
      { sql: 'ALTER TABLE prices ALTER COLUMN amount TYPE int' },
    ],
  },
  {
    id: 'change-type/checked',
    form: 'ALTER TABLE … ALTER COLUMN c TYPE t (nothing written anew, but a CHECK reads the column)',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    scans: { table: 'the check is tried again on every row', heirs: 'the check is tried again on every row' },
    trials: [{ sql: 'ALTER TABLE orders ALTER COLUMN tag TYPE varchar(30)' }],
  },
  {
    id: 'change-type/collation',
    form: 'ALTER TABLE … ALTER COLUMN c TYPE … COLLATE c (no index)',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'ALTER TABLE orders ALTER COLUMN body TYPE text COLLATE "C"' }],
  },
  {
    id: 'change-type/collation-indexed',
    form: 'ALTER TABLE … ALTER COLUMN c TYPE … COLLATE c (indexed)',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    scans: { table: 'its indexes over the column are built anew' },
    trials: [{ sql: 'ALTER TABLE orders ALTER COLUMN status TYPE varchar(20) COLLATE "C"' }],
  },
  {
    id: 'change-type/referencing',
    form: 'ALTER TABLE … ALTER COLUMN c TYPE t (rows written anew, the column refers to another table)',
    locks: { table: 'ACCESS EXCLUSIVE', parent: 'ACCESS EXCLUSIVE' },
    scans: { parent: 'the foreign key is tried on every row' },
    note: 'The foreign key is made again.',
    trials: [{ sql: 'ALTER TABLE orders ALTER COLUMN customer_id TYPE bigint' }],
  },
  {
    id: 'change-type/referencing-kept',
    form: 'ALTER TABLE … ALTER COLUMN c TYPE t (rows kept, the column refers to another table)',
    locks: { table: 'ACCESS EXCLUSIVE', parent: 'ACCESS EXCLUSIVE' },
    trials: [
      {
        given:
          'CREATE TABLE tags (t varchar(10) PRIMARY KEY); CREATE TABLE tagged (t varchar(10) REFERENCES tags)',
        sql: 'ALTER TABLE tagged ALTER COLUMN t TYPE varchar(20)',
      },
    ],
  },
  {
    id: 'change-type/numbered',
    form: 'ALTER TABLE … ALTER COLUMN c TYPE t (of an identity column)',
    locks: { table: 'ACCESS EXCLUSIVE', sequence: 'SHARE ROW EXCLUSIVE' },
    trials: [{ sql: 'ALTER TABLE orders ALTER COLUMN numbered TYPE bigint' }],
  },
  {
    id: 'change-type/referenced',
    form: 'ALTER TABLE … ALTER COLUMN c TYPE t (rows written anew, other tables refer to the column)',
    locks: { table: 'ACCESS EXCLUSIVE', child: 'ACCESS EXCLUSIVE' },
    scans: { child: 'the foreign key is tried on every row' },
    trials: [{ given: 'DROP VIEW order_totals', sql: 'ALTER TABLE orders ALTER COLUMN id TYPE bigint' }],
  },
  {
    id: 'change-type/referenced-kept',
    form: 'ALTER TABLE … ALTER COLUMN c TYPE t (rows kept, other tables refer to the column)',
    locks: { table: 'ACCESS EXCLUSIVE', child: 'ACCESS EXCLUSIVE' },
    trials: [
      {
        given:
          'CREATE TABLE tags (t varchar(10) PRIMARY KEY); CREATE TABLE tagged (t varchar(10) REFERENCES tags)',
        sql: 'ALTER TABLE tags ALTER COLUMN t TYPE varchar(20)',
      },
    ],
  },
  {
    id: 'change-type/used-by-view',
    form: 'ALTER TABLE … ALTER COLUMN c TYPE t (a view uses the column)',
    locks: {},
    note: 'Refused; so is DROP COLUMN without CASCADE.',
    trials: [
      { sql: 'ALTER TABLE orders ALTER COLUMN total TYPE numeric(14, 2)', fails: '0A000' },
      { sql: 'ALTER TABLE orders DROP COLUMN total', fails: '2BP01' },
    ],
  },
];
