import type { FactRow } from '../model.ts';

/** ALTER TABLE of constraints. */
export const constraintRows: readonly FactRow[] = [
  {
    id: 'alter-table/add-check',
    form: 'ALTER TABLE … ADD CHECK (…)',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    scans: { table: 'the check is tried on every row', heirs: 'the check is tried on every row' },
    trials: [
      { sql: 'ALTER TABLE loose ADD CONSTRAINT c CHECK (n > 0)' },
      { sql: 'ALTER TABLE people ADD CHECK (id > 0)' },
    ],
  },
  {
    id: 'alter-table/add-check-not-valid',
    form: 'ALTER TABLE … ADD CHECK (…) NOT VALID',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE loose ADD CONSTRAINT c CHECK (n > 0) NOT VALID' },
      { sql: 'ALTER TABLE people ADD CHECK (id > 0) NOT VALID' },
    ],
  },
  {
    id: 'alter-table/add-check-not-enforced',
    form: 'ALTER TABLE … ADD CHECK (…) NOT ENFORCED',
    since: 18,
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    note: 'It cannot be enforced later: PostgreSQL 18 refuses ALTER CONSTRAINT … ENFORCED of a check.',
    trials: [
      { sql: 'ALTER TABLE loose ADD CONSTRAINT c CHECK (n > 0) NOT ENFORCED' },
      {
        given: 'ALTER TABLE loose ADD CONSTRAINT c CHECK (n > 0) NOT ENFORCED',
        sql: 'ALTER TABLE loose ALTER CONSTRAINT c ENFORCED',
        fails: '42809',
      },
    ],
  },
  {
    id: 'alter-table/validate-check',
    form: 'ALTER TABLE … VALIDATE CONSTRAINT check',
    locks: { table: 'SHARE UPDATE EXCLUSIVE', heirs: 'SHARE UPDATE EXCLUSIVE' },
    scans: { table: 'the check is tried on every row', heirs: 'the check is tried on every row' },
    trials: [
      {
        given: 'ALTER TABLE loose ADD CONSTRAINT c CHECK (n > 0) NOT VALID',
        sql: 'ALTER TABLE loose VALIDATE CONSTRAINT c',
      },
      {
        given: 'ALTER TABLE people ADD CONSTRAINT c CHECK (id > 0) NOT VALID',
        sql: 'ALTER TABLE people VALIDATE CONSTRAINT c',
      },
    ],
  },
  {
    id: 'alter-table/validate-again',
    form: 'ALTER TABLE … VALIDATE CONSTRAINT (it is valid)',
    locks: { table: 'SHARE UPDATE EXCLUSIVE' },
    trials: [{ sql: 'ALTER TABLE orders VALIDATE CONSTRAINT orders_tag_check' }],
  },
  {
    id: 'alter-table/validate-unknown',
    form: 'ALTER TABLE … VALIDATE CONSTRAINT (of a kind not known)',
    locks: { table: 'SHARE UPDATE EXCLUSIVE' },
    scans: { table: 'its condition is tried on every row' },
    trials: [],
  },
  {
    id: 'alter-table/add-not-null',
    form: 'ALTER TABLE … ADD CONSTRAINT n NOT NULL c',
    since: 18,
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    scans: { table: 'looks for nulls', heirs: 'looks for nulls' },
    trials: [{ sql: 'ALTER TABLE loose ADD CONSTRAINT named NOT NULL n' }],
  },
  {
    id: 'alter-table/add-not-null-proven',
    form: 'ALTER TABLE … ADD CONSTRAINT n NOT NULL c (a valid CHECK implies it)',
    since: 18,
    locks: { table: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'ALTER TABLE orders ADD CONSTRAINT named NOT NULL filled' }],
  },
  {
    id: 'alter-table/add-not-null-not-valid',
    form: 'ALTER TABLE … ADD CONSTRAINT n NOT NULL c NOT VALID',
    since: 18,
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'ALTER TABLE loose ADD CONSTRAINT named NOT NULL n NOT VALID' }],
  },
  {
    id: 'alter-table/validate-not-null',
    form: 'ALTER TABLE … VALIDATE CONSTRAINT not-null',
    since: 18,
    locks: { table: 'SHARE UPDATE EXCLUSIVE', heirs: 'SHARE UPDATE EXCLUSIVE' },
    scans: { table: 'looks for nulls', heirs: 'looks for nulls' },
    trials: [
      {
        given: 'ALTER TABLE loose ADD CONSTRAINT named NOT NULL n NOT VALID',
        sql: 'ALTER TABLE loose VALIDATE CONSTRAINT named',
      },
    ],
  },
];
