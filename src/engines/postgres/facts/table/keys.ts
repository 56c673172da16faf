import type { FactRow } from '../model.ts';

/** ALTER TABLE of foreign keys, primary keys, unique and exclusion constraints. */
export const keyRows: readonly FactRow[] = [
  {
    id: 'alter-table/add-foreign-key',
    form: 'ALTER TABLE … ADD FOREIGN KEY (…) REFERENCES parent',
    locks: { table: 'SHARE ROW EXCLUSIVE', parent: 'SHARE ROW EXCLUSIVE' },
    scans: { table: 'the foreign key is tried on every row' },
    trials: [{ sql: 'ALTER TABLE kept ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES customers' }],
  },
  {
    id: 'alter-table/add-foreign-key-not-valid',
    form: 'ALTER TABLE … ADD FOREIGN KEY (…) REFERENCES parent NOT VALID',
    locks: { table: 'SHARE ROW EXCLUSIVE', parent: 'SHARE ROW EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE kept ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES customers NOT VALID' },
    ],
  },
  {
    id: 'alter-table/add-foreign-key-self',
    form: 'ALTER TABLE … ADD FOREIGN KEY (…) REFERENCES the same table',
    locks: { table: 'SHARE ROW EXCLUSIVE' },
    scans: { table: 'the foreign key is tried on every row' },
    trials: [{ sql: 'ALTER TABLE tree ADD CONSTRAINT f FOREIGN KEY (parent) REFERENCES tree' }],
  },
  {
    id: 'alter-table/add-foreign-key-self-not-valid',
    form: 'ALTER TABLE … ADD FOREIGN KEY (…) REFERENCES the same table NOT VALID',
    locks: { table: 'SHARE ROW EXCLUSIVE' },
    trials: [{ sql: 'ALTER TABLE tree ADD CONSTRAINT f FOREIGN KEY (parent) REFERENCES tree NOT VALID' }],
  },
  {
    id: 'alter-table/add-foreign-key-partitioned',
    form: 'ALTER TABLE partitioned ADD FOREIGN KEY (…) REFERENCES parent',
    locks: { table: 'SHARE ROW EXCLUSIVE', heirs: 'SHARE ROW EXCLUSIVE', parent: 'SHARE ROW EXCLUSIVE' },
    scans: { heirs: 'the foreign key is tried on every row' },
    trials: [{ sql: 'ALTER TABLE events ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES customers' }],
  },
  {
    id: 'alter-table/add-foreign-key-partitioned-not-valid',
    form: 'ALTER TABLE partitioned ADD FOREIGN KEY (…) REFERENCES parent NOT VALID',
    since: 18,
    locks: { table: 'SHARE ROW EXCLUSIVE', heirs: 'SHARE ROW EXCLUSIVE', parent: 'SHARE ROW EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE events ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES customers NOT VALID' },
    ],
  },
  {
    id: 'alter-table/add-foreign-key-partitioned-not-valid',
    form: 'ALTER TABLE partitioned ADD FOREIGN KEY (…) REFERENCES parent NOT VALID',
    until: 17,
    locks: {},
    note: 'Refused before 18.',
    trials: [
      {
        sql: 'ALTER TABLE events ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES customers NOT VALID',
        fails: '42809',
      },
    ],
  },
  {
    id: 'alter-table/add-foreign-key-not-enforced',
    form: 'ALTER TABLE … ADD FOREIGN KEY (…) REFERENCES parent NOT ENFORCED',
    since: 18,
    locks: { table: 'SHARE ROW EXCLUSIVE', parent: 'SHARE ROW EXCLUSIVE' },
    trials: [
      {
        sql: 'ALTER TABLE kept ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES customers NOT ENFORCED',
      },
    ],
  },
  {
    id: 'alter-table/enforce-foreign-key',
    form: 'ALTER TABLE … ALTER CONSTRAINT foreign_key ENFORCED',
    since: 18,
    locks: { table: 'ACCESS EXCLUSIVE', parent: 'SHARE ROW EXCLUSIVE' },
    scans: { table: 'the foreign key is tried on every row' },
    note: 'There is no way to enforce it beside readers.',
    trials: [
      {
        given:
          'ALTER TABLE kept ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES customers NOT ENFORCED',
        sql: 'ALTER TABLE kept ALTER CONSTRAINT f ENFORCED',
      },
    ],
  },
  {
    id: 'alter-table/unenforce-foreign-key',
    form: 'ALTER TABLE … ALTER CONSTRAINT foreign_key NOT ENFORCED',
    since: 18,
    locks: { table: 'ACCESS EXCLUSIVE', parent: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'ALTER TABLE orders ALTER CONSTRAINT orders_customer_id_fkey NOT ENFORCED' }],
  },
  {
    id: 'alter-table/alter-constraint-inherit',
    form: 'ALTER TABLE … ALTER CONSTRAINT not_null NO INHERIT / INHERIT',
    since: 18,
    locks: { table: 'ACCESS EXCLUSIVE' },
    trials: [
      {
        given: 'ALTER TABLE loose ADD CONSTRAINT named NOT NULL n',
        sql: 'ALTER TABLE loose ALTER CONSTRAINT named NO INHERIT',
      },
    ],
  },
  {
    id: 'alter-table/alter-constraint',
    form: 'ALTER TABLE … ALTER CONSTRAINT foreign_key DEFERRABLE …',
    locks: { table: 'ACCESS EXCLUSIVE' },
    trials: [{ sql: 'ALTER TABLE orders ALTER CONSTRAINT orders_customer_id_fkey DEFERRABLE' }],
  },
  {
    id: 'alter-table/validate-foreign-key',
    form: 'ALTER TABLE … VALIDATE CONSTRAINT foreign_key',
    locks: { table: 'SHARE UPDATE EXCLUSIVE', parent: 'ROW SHARE' },
    scans: { table: 'the foreign key is tried on every row' },
    trials: [
      {
        given: 'ALTER TABLE kept ADD CONSTRAINT f FOREIGN KEY (customer_id) REFERENCES customers NOT VALID',
        sql: 'ALTER TABLE kept VALIDATE CONSTRAINT f',
      },
    ],
  },
  {
    id: 'alter-table/validate-foreign-key-self',
    form: 'ALTER TABLE … VALIDATE CONSTRAINT foreign_key (to the same table)',
    locks: { table: 'SHARE UPDATE EXCLUSIVE' },
    scans: { table: 'the foreign key is tried on every row' },
    trials: [
      {
        given: 'ALTER TABLE tree ADD CONSTRAINT f FOREIGN KEY (parent) REFERENCES tree NOT VALID',
        sql: 'ALTER TABLE tree VALIDATE CONSTRAINT f',
      },
    ],
  },
  {
    id: 'alter-table/drop-constraint',
    form: 'ALTER TABLE … DROP CONSTRAINT (check, unique, primary key)',
    locks: { table: 'ACCESS EXCLUSIVE', heirs: 'ACCESS EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE orders DROP CONSTRAINT orders_tag_check' },
      { sql: 'ALTER TABLE orders DROP CONSTRAINT orders_amount_label_key' },
      { sql: 'ALTER TABLE people DROP CONSTRAINT people_name_check' },
      { sql: 'ALTER TABLE items DROP CONSTRAINT items_pkey' },
    ],
  },
  {
    id: 'alter-table/drop-foreign-key',
    form: 'ALTER TABLE … DROP CONSTRAINT foreign_key',
    locks: { table: 'ACCESS EXCLUSIVE', parent: 'ACCESS EXCLUSIVE' },
    note: 'Both tables.',
    trials: [
      { sql: 'ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey' },
      { sql: 'ALTER TABLE items DROP CONSTRAINT items_order_id_fkey' },
    ],
  },
  {
    id: 'alter-table/add-unique',
    form: 'ALTER TABLE … ADD UNIQUE (…)',
    locks: { table: 'ACCESS EXCLUSIVE' },
    scans: { table: 'an index is built' },
    trials: [
      { sql: 'ALTER TABLE loose ADD CONSTRAINT u UNIQUE (n)' },
      { sql: 'ALTER TABLE loose ADD UNIQUE NULLS NOT DISTINCT (n)', since: 15 },
    ],
  },
  {
    id: 'alter-table/add-unique-using-index',
    form: 'ALTER TABLE … ADD UNIQUE USING INDEX i',
    locks: { table: 'ACCESS EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE kept ADD CONSTRAINT u UNIQUE USING INDEX kept_id_idx' },
      { sql: 'ALTER TABLE loose ADD CONSTRAINT u UNIQUE USING INDEX loose_id_idx' },
    ],
  },
  {
    id: 'alter-table/add-primary-key',
    form: 'ALTER TABLE … ADD PRIMARY KEY (…) (columns are NOT NULL)',
    locks: { table: 'ACCESS EXCLUSIVE' },
    scans: { table: 'an index is built' },
    trials: [{ sql: 'ALTER TABLE kept ADD PRIMARY KEY (id)' }],
  },
  {
    id: 'alter-table/add-primary-key-nullable',
    form: 'ALTER TABLE … ADD PRIMARY KEY (…) (columns may be empty)',
    locks: { table: 'ACCESS EXCLUSIVE' },
    scans: { table: 'an index is built, and nulls are looked for' },
    trials: [{ sql: 'ALTER TABLE loose ADD PRIMARY KEY (id)' }],
  },
  {
    id: 'alter-table/add-primary-key-using-index',
    form: 'ALTER TABLE … ADD PRIMARY KEY USING INDEX i (columns are NOT NULL)',
    locks: { table: 'ACCESS EXCLUSIVE' },
    trials: [
      { sql: 'ALTER TABLE kept ADD CONSTRAINT p PRIMARY KEY USING INDEX kept_id_idx' },
      {
        given: 'ALTER TABLE kept ADD CONSTRAINT filled CHECK (n IS NOT NULL)',
        sql: 'ALTER TABLE kept ADD CONSTRAINT p PRIMARY KEY USING INDEX kept_n_idx',
      },
    ],
  },
  {
    id: 'alter-table/add-primary-key-using-index-nullable',
    form: 'ALTER TABLE … ADD PRIMARY KEY USING INDEX i (columns may be empty)',
    locks: { table: 'ACCESS EXCLUSIVE' },
    scans: { table: 'looks for nulls' },
    trials: [{ sql: 'ALTER TABLE loose ADD CONSTRAINT p PRIMARY KEY USING INDEX loose_id_idx' }],
  },
  {
    id: 'alter-table/add-exclude',
    form: 'ALTER TABLE … ADD EXCLUDE …',
    locks: { table: 'ACCESS EXCLUSIVE' },
    scans: { table: 'an index is built' },
    note: 'There is no way to add it beside readers.',
    trials: [{ sql: 'ALTER TABLE loose ADD CONSTRAINT apart EXCLUDE USING gist (during WITH &&)' }],
  },
];
