import { expect, test } from 'vitest';
import { differences } from '../../src/catalog/difference.ts';
import { changeFiles, readChange } from '../../src/change/files.ts';
import type { Change } from '../../src/change/model.ts';
import type { Session } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { testDatabase } from '../support/database.ts';
import { planned, shop } from './shop.ts';

const steps = ({ phases }: Change): readonly string[] =>
  phases.flatMap((phase) => phase.steps.map(({ sql }) => `${phase.name}: ${sql.split('\n').at(-1)!}`));

const rows = async (session: Session, table: string): Promise<unknown> =>
  (await session.query(`SELECT * FROM ${table} ORDER BY 1, 2`)).rows;

/** Statements with no value that differs from run to run. */
const same: readonly string[] = [
  'CREATE INDEX ON orders (customer_id)',
  'CREATE UNIQUE INDEX orders_upper_idx ON orders (upper(note), id) WHERE total > 5',
  'CREATE INDEX "odd idx" ON "odd table" ("Größe" DESC) INCLUDE ("select")',
  'DROP INDEX orders_state_idx',
  'ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers ON DELETE CASCADE',
  'ALTER TABLE orders ADD CONSTRAINT small CHECK (total < 1000000), ADD CHECK (customer_id > 0)',
  'ALTER TABLE customers ADD UNIQUE (email)',
  'ALTER TABLE "odd table" ADD CONSTRAINT "a unique" UNIQUE ("Größe")',
  'ALTER TABLE heap ADD PRIMARY KEY (a)',
  'ALTER TABLE orders ALTER COLUMN state SET NOT NULL',
  "ALTER TABLE orders ALTER state SET DEFAULT 'new', ALTER COLUMN total DROP DEFAULT, ALTER note SET DEFAULT 'a, b'",
  'ALTER TABLE orders ALTER COLUMN customer_id DROP NOT NULL',
  'ALTER TABLE orders ADD COLUMN paid boolean NOT NULL DEFAULT false',
  'ALTER TABLE orders ADD COLUMN paid_at timestamptz, ADD COLUMN "order" numeric(10, 2) DEFAULT 1.5 CHECK ("order" > 0)',
  'ALTER TABLE orders ADD COLUMN referrer bigint REFERENCES customers (id) ON DELETE SET NULL',
  'ALTER TABLE orders ADD COLUMN code text UNIQUE',
  "ALTER TABLE orders ADD COLUMN IF NOT EXISTS tags text[] NOT NULL DEFAULT '{}'",
  'ALTER TABLE orders DROP CONSTRAINT orders_total_check',
  'ALTER TABLE customers ALTER COLUMN email TYPE varchar(80)',
  'ALTER TABLE customers ALTER COLUMN email TYPE text',
  'ALTER TABLE "odd table" ALTER COLUMN "Größe" TYPE bigint',
  'ALTER TABLE customers DROP COLUMN old_mail',
  'DROP TABLE heap',
  'ALTER TABLE customers RENAME COLUMN name TO full_name',
  'ALTER TABLE heap RENAME TO pile',
  'DROP VIEW open_orders',
  "CREATE OR REPLACE VIEW open_orders AS SELECT id, total FROM orders WHERE state = 'open' AND total > 0",
  "COMMENT ON COLUMN orders.note IS 'Text'; COMMENT ON TABLE orders IS 'Orders'",
  "CREATE TYPE mood AS ENUM ('a'); CREATE TABLE fresh (id int PRIMARY KEY, m mood, c bigint REFERENCES customers); CREATE INDEX ON fresh (c); INSERT INTO fresh VALUES (1, 'a', 1)",
  "UPDATE orders SET note = 'none' WHERE note IS NULL",
  'UPDATE orders AS o SET note = c.name FROM customers AS c WHERE c.id = o.customer_id AND o.total > 500 OR c.id = o.customer_id AND o.total < 20',
  'UPDATE orders SET total = total + 1',
  'UPDATE "odd table" SET "Größe" = 5 WHERE "the key" > 2',
  'DELETE FROM "odd table" WHERE "Größe" % 2 = 0',
  'UPDATE heap SET b = 7',
  'ALTER TABLE orders ADD COLUMN twice integer; UPDATE orders SET twice = total * 2; ALTER TABLE orders ALTER twice SET NOT NULL; CREATE INDEX ON orders (twice)',
  'DO $$ BEGIN UPDATE heap SET b = a + 1; END $$',
];

test.each(same)(
  '%s: the same end as if it was run as written, and the way back',
  { timeout: 60_000 },
  async (sql) => {
    const naive = await testDatabase({ sql: shop });
    const plain = await postgres.connect(naive.ownerUrl);
    const { session, up, down } = await planned(sql);
    try {
      const start = await postgres.inspect(session);
      await plain.run(sql);
      await up();
      const [wanted, reached] = [await postgres.inspect(plain), await postgres.inspect(session)];
      expect(differences(wanted, reached)).toEqual([]);
      for (const { name } of wanted.tables)
        expect(await rows(session, `"${name}"`)).toEqual(await rows(plain, `"${name}"`));
      await down();
      expect(differences(start, await postgres.inspect(session))).toEqual([]);
    } finally {
      await Promise.all([plain.close(), session.close()]);
    }
  },
);

test('a default that differs per row fills old rows in batches, and rewrites nothing', async () => {
  const { change, session, up, down } = await planned(
    'ALTER TABLE orders ADD COLUMN reference uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE',
  );
  try {
    expect(change.phases.map(({ name }) => name)).toEqual(['expand', 'backfill', 'contract']);
    const start = await postgres.inspect(session);
    const file = async (): Promise<unknown> =>
      (await session.query(`SELECT pg_relation_filenode('orders') AS node`)).rows[0];
    const node = await file();
    await up();
    expect(await file()).toEqual(node);
    expect((await session.query('SELECT count(DISTINCT reference)::int AS n FROM orders')).rows).toEqual([
      { n: 11000 },
    ]);
    const column = (await postgres.inspect(session)).tables
      .find(({ name }) => name === 'orders')!
      .columns.find(({ name }) => name === 'reference');
    expect(column).toMatchObject({ notNull: true, default: 'gen_random_uuid()' });
    await down();
    expect(differences(start, await postgres.inspect(session))).toEqual([]);
  } finally {
    await session.close();
  }
});

test('a concurrent build that failed half way is cleared by the next try', async () => {
  const { change, session } = await planned('CREATE UNIQUE INDEX orders_note ON orders (state)');
  try {
    const sql = change.phases[0]!.steps[0]!.sql;
    const attempt = async (): Promise<unknown> => {
      for (const statement of postgres.grammar.split(sql)) await session.query(statement.sql);
      return 'built';
    };
    await expect(attempt()).rejects.toMatchObject({ fields: { sqlstate: '23505' } });
    expect(
      (await session.query(`SELECT indisvalid FROM pg_index WHERE indexrelid = 'orders_note'::regclass`))
        .rows,
    ).toEqual([{ indisvalid: false }]);
    await session.query('DROP VIEW open_orders');
    await session.query('UPDATE orders SET state = id::text');
    expect(await attempt()).toBe('built');
  } finally {
    await session.close();
  }
});

test('an index of a partitioned table is built part by part, and is the one that was written', async () => {
  const current = `CREATE SCHEMA app; CREATE TABLE events (id bigint, at date NOT NULL, kind text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
    CREATE TABLE events_25 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    CREATE TABLE app.events_26 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
    INSERT INTO events SELECT n, date '2025-06-01' + n % 400, 'k' || n % 5 FROM generate_series(1, 500) AS n`;
  const sql = 'CREATE INDEX ON events USING btree (kind, lower(kind)) WHERE id > 3';
  const { change, session, up, down } = await planned(sql, {}, current);
  const naive = await postgres.connect((await testDatabase({ sql: current })).ownerUrl);
  try {
    const start = await postgres.inspect(session);
    expect(
      change.phases[0]!.steps.map((step) => step.sql.split('\n').at(-1)!.split(' ').slice(0, 3).join(' ')),
    ).toEqual([
      'CREATE INDEX events_kind_lower_idx',
      'CREATE INDEX CONCURRENTLY',
      'CREATE INDEX CONCURRENTLY',
      'ALTER INDEX events_kind_lower_idx',
      'ALTER INDEX events_kind_lower_idx',
    ]);
    await naive.run(sql);
    await up();
    expect(differences(await postgres.inspect(naive), await postgres.inspect(session))).toEqual([]);
    await down();
    expect(differences(start, await postgres.inspect(session))).toEqual([]);
  } finally {
    await Promise.all([session.close(), naive.close()]);
  }
});

test('a new value of an enum is there before the statement that uses it, and a dropped column tells what goes with it', async () => {
  const { change, session, up } = await planned(
    "ALTER TYPE level ADD VALUE 'c'; CREATE TABLE fresh (l level DEFAULT 'c'); ALTER TABLE orders DROP COLUMN total",
    {},
    `${shop}; DROP VIEW open_orders; CREATE TYPE level AS ENUM ('a')`,
  );
  try {
    expect(change.phases[0]!.steps.map(({ transaction }) => transaction)).toEqual(['none', 1]);
    expect(change.phases.at(-1)!.steps.at(-1)!.reason).toContain('orders_total_check goes with it');
    await up();
    expect((await session.query('SELECT enum_range(NULL::level)::text AS all')).rows).toEqual([
      { all: '{a,c}' },
    ]);
  } finally {
    await session.close();
  }
});

test.each([
  [
    'ALTER TABLE orders ADD CONSTRAINT c FOREIGN KEY (customer_id) REFERENCES customers',
    'UPDATE orders SET customer_id = 999 WHERE id = 3',
  ],
  [
    'ALTER TABLE orders ADD CONSTRAINT c FOREIGN KEY (total, note) REFERENCES "odd table" MATCH FULL',
    'UPDATE orders SET note = NULL WHERE id = 3',
  ],
])('the probe of %s finds what would make it fail', async (sql, spoil) => {
  const { change, session } = await planned(sql, {}, `${shop}; UPDATE orders SET total = 1, note = 's1'`);
  try {
    const { probe } = change.phases[0]!.steps.at(-1)!;
    expect((await session.query(probe!)).rows).toEqual([]);
    await session.query(spoil);
    expect((await session.query(probe!)).rows).toHaveLength(1);
  } finally {
    await session.close();
  }
});

test('a valid index of the same name, made since the plan, is never dropped', async () => {
  const { change, session } = await planned('CREATE INDEX orders_note ON orders (note)');
  try {
    await session.query('CREATE INDEX orders_note ON orders (state)');
    const attempt = async (): Promise<void> => {
      for (const statement of postgres.grammar.split(change.phases[0]!.steps[0]!.sql))
        await session.query(statement.sql);
    };
    await expect(attempt()).rejects.toMatchObject({ fields: { sqlstate: '42P07' } });
    expect((await session.query(`SELECT pg_get_indexdef('orders_note'::regclass) AS is`)).rows).toEqual([
      { is: expect.stringContaining('(state)') },
    ]);
  } finally {
    await session.close();
  }
});

test('statements on one table wait for what they need, others do not', async () => {
  const { change, session } = await planned(`
    ALTER TABLE orders ADD COLUMN reference uuid DEFAULT gen_random_uuid();
    CREATE INDEX ON orders (reference);
    CREATE INDEX ON orders (total);
    UPDATE customers SET name = 'x' WHERE name IS NULL;
    ALTER TABLE customers ADD CHECK (name <> '');
    ALTER TABLE customers RENAME COLUMN email TO mail;
    CREATE INDEX ON customers (mail)`);
  await session.close();
  expect(steps(change)).toEqual([
    'expand: ALTER TABLE orders ADD COLUMN reference uuid, ALTER COLUMN reference SET DEFAULT gen_random_uuid()',
    'expand: CREATE INDEX CONCURRENTLY orders_total_idx ON orders (total)',
    'backfill: $batches$',
    'backfill: ANALYZE orders (reference)',
    'backfill: $batches$',
    'backfill: ANALYZE customers (name)',
    'contract: CREATE INDEX CONCURRENTLY orders_reference_idx ON orders (reference)',
    "contract: ALTER TABLE customers ADD CONSTRAINT customers_name_check CHECK (name <> '') NOT VALID",
    'contract: ALTER TABLE customers VALIDATE CONSTRAINT customers_name_check',
    'contract: ALTER TABLE customers RENAME COLUMN email TO mail',
    'contract: CREATE INDEX CONCURRENTLY customers_mail_idx ON customers (mail)',
  ]);
});

test('a drop and an add that look like a rename become a question, and the answer a rename', async () => {
  const sql = 'ALTER TABLE customers DROP COLUMN name, ADD COLUMN full_name text';
  const asked = await planned(sql);
  await asked.session.close();
  expect(asked.change.questions).toEqual([
    {
      text: expect.stringContaining('customers.name is dropped and full_name is added'),
      answer: 'change: { rename: { customers.name: full_name } }',
    },
  ]);
  expect(asked.change.phases.at(-1)!.steps[0]!.destructive).toMatch(/values of customers.name/);
  const answered = await planned(sql, { 'customers.name': 'full_name' });
  await answered.session.close();
  expect(steps(answered.change)).toEqual([
    'expand: ALTER TABLE customers ENABLE ALWAYS TRIGGER zz_customers_full_name_both',
    'backfill: $batches$',
    'backfill: ANALYZE customers (full_name)',
    'contract: ALTER TABLE customers RENAME COLUMN name TO full_name',
  ]);
  const denied = await planned(sql, { 'customers.name': 'no' });
  await denied.session.close();
  expect(denied.change.questions).toEqual([]);
});

test.each([
  ["COPY orders TO PROGRAM 'id'", 'sql.refused'],
  ['ALTER SYSTEM SET fsync = off', 'sql.refused'],
  ['SET statement_timeout = 0', 'change.refused'],
  ['LOCK TABLE orders', 'change.refused'],
  ['COPY orders FROM STDIN', 'change.refused'],
  ['DROP INDEX orders_pkey', 'change.refused'],
  ['DROP INDEX nowhere', 'change.refused'],
  ['CREATE INDEX orders_state_idx ON customers (email)', 'change.refused'],
])('%s is refused by name', async (sql, code) => {
  await expect(planned(sql)).rejects.toMatchObject({ code });
});

test('what cannot be done online is said in the step', async () => {
  const { change, session } = await planned(
    'ALTER TABLE heap ALTER COLUMN b TYPE bigint; ALTER TABLE heap ADD COLUMN n bigint GENERATED ALWAYS AS IDENTITY',
  );
  await session.close();
  expect(change.phases.flatMap((phase) => phase.steps.map(({ reason }) => reason))).toEqual([
    expect.stringContaining('written anew'),
    expect.stringMatching(/Writes all of heap .* heap has no primary key along which/),
  ]);
});

test('a change survives the way to files and back', async () => {
  const { change, session } = await planned(
    same
      .filter(
        (sql) =>
          !sql.includes('heap') &&
          !sql.startsWith('DROP') &&
          !sql.includes('RENAME') &&
          !sql.includes('CREATE TYPE'),
      )
      .join(';\n'),
  );
  await session.close();
  expect(readChange(changeFiles(change))).toEqual({ ...change, questions: [] });
});
