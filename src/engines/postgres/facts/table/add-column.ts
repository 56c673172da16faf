import type { FactRow } from '../model.ts';

/** ALTER TABLE … ADD COLUMN. */
export const addColumnRows: readonly FactRow[] = [
  {
    id: 'add-column/nullable',
    form: 'ALTER TABLE … ADD COLUMN c type',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE orders ADD COLUMN extra text' },
      { sql: 'ALTER TABLE people ADD COLUMN extra text' },
      { sql: 'ALTER TABLE events ADD COLUMN extra text' },
      { sql: 'ALTER TABLE orders ADD COLUMN extra text DEFAULT NULL' },
    ],
  },
  {
    id: 'add-column/default',
    form: 'ALTER TABLE … ADD COLUMN c type DEFAULT constant',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    note: 'The value is kept in the catalog; now() and CURRENT_TIMESTAMP count as constants.',
    trials: [
      { sql: "ALTER TABLE orders ADD COLUMN extra text DEFAULT 'x'" },
      { sql: 'ALTER TABLE orders ADD COLUMN extra timestamptz DEFAULT now()' },
      { sql: 'ALTER TABLE orders ADD COLUMN extra timestamptz DEFAULT CURRENT_TIMESTAMP' },
      { sql: "ALTER TABLE orders ADD COLUMN extra date DEFAULT (now() + interval '1 day')::date" },
    ],
  },
  {
    id: 'add-column/default-not-null',
    form: 'ALTER TABLE … ADD COLUMN c type NOT NULL DEFAULT constant',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE orders ADD COLUMN extra int NOT NULL DEFAULT 0' },
      { sql: 'ALTER TABLE orders ADD COLUMN extra timestamptz NOT NULL DEFAULT now()' },
    ],
  },
  {
    id: 'add-column/volatile-default',
    form: 'ALTER TABLE … ADD COLUMN c type DEFAULT volatile()',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    rewrites: ['table', 'heirs'],
    note: 'One such column, and the whole statement writes the table anew.',
    trials: [
      { sql: 'ALTER TABLE orders ADD COLUMN extra uuid DEFAULT gen_random_uuid()' },
      { sql: 'ALTER TABLE orders ADD COLUMN extra timestamptz NOT NULL DEFAULT clock_timestamp()' },
      { sql: 'ALTER TABLE orders ADD COLUMN extra double precision DEFAULT random()' },
      { sql: 'ALTER TABLE people ADD COLUMN extra uuid DEFAULT gen_random_uuid()' },
      { sql: 'ALTER TABLE orders ADD COLUMN plain int, ADD COLUMN extra uuid DEFAULT gen_random_uuid()' },
    ],
  },
  {
    id: 'add-column/serial',
    form: 'ALTER TABLE … ADD COLUMN c serial',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    rewrites: ['table', 'heirs'],
    trials: [
      { sql: 'ALTER TABLE orders ADD COLUMN extra serial' },
      { sql: 'ALTER TABLE orders ADD COLUMN extra bigserial' },
    ],
  },
  {
    id: 'add-column/identity',
    form: 'ALTER TABLE … ADD COLUMN c type GENERATED … AS IDENTITY',
    locks: { table: 'ACCESS EXCLUSIVE' },
    rewrites: ['table'],
    trials: [{ sql: 'ALTER TABLE loose ADD COLUMN extra bigint GENERATED ALWAYS AS IDENTITY' }],
  },
  {
    id: 'add-column/stored-generated',
    form: 'ALTER TABLE … ADD COLUMN c type GENERATED ALWAYS AS (…) STORED',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    rewrites: ['table', 'heirs'],
    trials: [{ sql: 'ALTER TABLE orders ADD COLUMN extra int GENERATED ALWAYS AS (amount + 1) STORED' }],
  },
  {
    id: 'add-column/virtual-generated',
    form: 'ALTER TABLE … ADD COLUMN c type GENERATED ALWAYS AS (…) VIRTUAL',
    since: 18,
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE orders ADD COLUMN extra int GENERATED ALWAYS AS (amount + 1) VIRTUAL' },
      { sql: 'ALTER TABLE orders ADD COLUMN extra int GENERATED ALWAYS AS (amount + 1)' },
    ],
  },
  {
    id: 'add-column/virtual-generated-checked',
    form: 'ALTER TABLE … ADD COLUMN c type GENERATED ALWAYS AS (…) VIRTUAL CHECK (…)',
    since: 18,
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    scans: { table: 'the check is tried on every row', heirs: 'the check is tried on every row' },
    trials: [
      {
        sql: 'ALTER TABLE orders ADD COLUMN extra int GENERATED ALWAYS AS (amount + 1) VIRTUAL CHECK (extra > 0)',
      },
      { sql: 'ALTER TABLE orders ADD COLUMN extra int GENERATED ALWAYS AS (amount + 1) VIRTUAL NOT NULL' },
    ],
  },
  {
    id: 'add-column/domain',
    form: 'ALTER TABLE … ADD COLUMN c domain (without CHECK)',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'ALTER TABLE orders ADD COLUMN extra word' }],
  },
  {
    id: 'add-column/constrained-domain',
    form: 'ALTER TABLE … ADD COLUMN c domain (with CHECK)',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    rewrites: ['table', 'heirs'],
    note: 'Also when every row stays empty.',
    trials: [{ sql: 'ALTER TABLE orders ADD COLUMN extra positive' }],
  },
  {
    id: 'add-column/constrained-domain-default',
    form: 'ALTER TABLE … ADD COLUMN c domain (with CHECK) DEFAULT constant',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    rewrites: ['table', 'heirs'],
    trials: [{ sql: 'ALTER TABLE orders ADD COLUMN extra positive DEFAULT 1' }],
  },
  {
    id: 'add-column/unknown-type',
    form: 'ALTER TABLE … ADD COLUMN c type (type not known: the worst, a domain with CHECK)',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    rewrites: ['table', 'heirs'],
    note: 'An enum or a domain without CHECK writes nothing anew.',
    trials: [],
  },
  {
    id: 'add-column/check',
    form: 'ALTER TABLE … ADD COLUMN c type CHECK (…)',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    scans: { table: 'the check is tried on every row', heirs: 'the check is tried on every row' },
    note: 'Although every row of the new column is empty.',
    trials: [
      { sql: 'ALTER TABLE orders ADD COLUMN extra int CHECK (extra > 0)' },
      { sql: 'ALTER TABLE orders ADD COLUMN extra int DEFAULT 1 CHECK (extra > 0)' },
    ],
  },
  {
    id: 'add-column/references',
    form: 'ALTER TABLE … ADD COLUMN c type REFERENCES parent',
    locks: { table: 'ACCESS EXCLUSIVE', parent: 'SHARE ROW EXCLUSIVE' },
    trials: [{ sql: 'ALTER TABLE loose ADD COLUMN extra int REFERENCES customers' }],
  },
  {
    id: 'add-column/references-default',
    form: 'ALTER TABLE … ADD COLUMN c type DEFAULT … REFERENCES parent',
    locks: { table: 'ACCESS EXCLUSIVE', parent: 'SHARE ROW EXCLUSIVE' },
    scans: { table: 'the foreign key is tried on every row' },
    trials: [{ sql: 'ALTER TABLE loose ADD COLUMN extra int DEFAULT 1 REFERENCES customers' }],
  },
  {
    id: 'add-column/unique',
    form: 'ALTER TABLE … ADD COLUMN c type UNIQUE',
    locks: { table: 'ACCESS EXCLUSIVE' },
    scans: { table: 'an index is built' },
    trials: [
      { sql: 'ALTER TABLE orders ADD COLUMN extra text UNIQUE' },
      { sql: 'ALTER TABLE loose ADD COLUMN extra text UNIQUE' },
    ],
  },
  {
    id: 'add-column/not-null-without-default',
    form: 'ALTER TABLE … ADD COLUMN c type NOT NULL',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    scans: { table: 'every row is looked at', heirs: 'every row is looked at' },
    note: 'Fails as soon as there is a row.',
    trials: [
      { sql: 'ALTER TABLE empty_notes ADD COLUMN extra int NOT NULL' },
      { sql: 'ALTER TABLE orders ADD COLUMN extra int NOT NULL', fails: '23502' },
    ],
  },
];
