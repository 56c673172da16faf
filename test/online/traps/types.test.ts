import { expect, test } from 'vitest';
import { postgres } from '../../../src/engines/postgres/index.ts';
import { planned } from '../../change/shop.ts';
import { runStep, spring, type Trap } from './trap.ts';

const current = `
CREATE TABLE orders (id integer PRIMARY KEY, amount integer, code text UNIQUE, raw text, note text, double integer GENERATED ALWAYS AS (length(note) * 2) STORED);
CREATE TABLE items (no integer PRIMARY KEY, order_id integer REFERENCES orders (id) ON UPDATE CASCADE ON DELETE SET NULL);
CREATE TABLE fired (id integer);
CREATE FUNCTION fire() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO fired VALUES (NEW.id); RETURN NULL; END';
CREATE TRIGGER fires AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION fire();
INSERT INTO orders (id, amount, code, raw, note) SELECT n, n, 'c' || n, n::text, 'n' FROM generate_series(1, 50) n;
INSERT INTO items SELECT n, n FROM generate_series(1, 50) n;
`;
const amount = 'ALTER TABLE orders ALTER COLUMN amount TYPE bigint';
const both =
  'ALTER TABLE orders ALTER COLUMN id TYPE bigint; ALTER TABLE items ALTER COLUMN order_id TYPE bigint';
const off = (table: string, column: string): string =>
  `ALTER TABLE ${table} DISABLE TRIGGER zz_${table}_${column}_new`;

/** What the application does, what has to be found, and the guard without which something else is found. */
const traps: readonly (readonly [string, Trap, unknown])[] = [
  [
    'replication writes the old column',
    {
      current,
      sql: amount,
      as: 'replica',
      meanwhile: 'UPDATE orders SET amount = 77 WHERE id = 5',
      sabotage: 'ALTER TABLE orders ENABLE TRIGGER zz_orders_amount_new',
      read: 'SELECT amount::int AS v FROM orders WHERE id = 5',
    },
    [{ v: 77 }],
  ],
  [
    'a value becomes NULL',
    {
      current,
      sql: amount,
      meanwhile:
        'UPDATE orders SET amount = NULL WHERE id = 5; INSERT INTO orders (id, amount) VALUES (60, NULL)',
      sabotage: off('orders', 'amount'),
      read: 'SELECT amount::int AS v FROM orders WHERE id IN (5, 60)',
    },
    [{ v: null }, { v: null }],
  ],
  [
    'ON CONFLICT writes the old column',
    {
      current,
      sql: amount,
      meanwhile:
        "INSERT INTO orders (id, amount, code) VALUES (61, 5, 'c7') ON CONFLICT (code) DO UPDATE SET amount = excluded.amount + 100",
      sabotage: off('orders', 'amount'),
      read: 'SELECT amount::int AS v FROM orders WHERE id = 7',
    },
    [{ v: 105 }],
  ],
  [
    'MERGE writes the old column',
    {
      current,
      sql: amount,
      meanwhile:
        'MERGE INTO orders USING (VALUES (8, 88)) AS n (id, v) ON n.id = orders.id WHEN MATCHED THEN UPDATE SET amount = n.v',
      sabotage: off('orders', 'amount'),
      read: 'SELECT amount::int AS v FROM orders WHERE id = 8',
    },
    [{ v: 88 }],
  ],
  [
    'a cascade renumbers what a foreign key leads from',
    {
      current,
      sql: both,
      meanwhile: 'UPDATE orders SET id = 900 WHERE id = 9; DELETE FROM orders WHERE id = 10',
      sabotage: `${off('items', 'order_id')}; ${off('orders', 'id')}`,
      read: 'SELECT no, order_id::int AS v FROM items WHERE no IN (9, 10) ORDER BY no',
    },
    [
      { no: 9, v: 900 },
      { no: 10, v: null },
    ],
  ],
  [
    'an UPDATE names both columns',
    {
      current,
      sql: amount,
      meanwhile: 'UPDATE orders SET amount = 41, amount_new_type = 42 WHERE id = 11',
      sabotage: off('orders', 'amount'),
      read: 'SELECT amount::int AS v FROM orders WHERE id = 11',
    },
    [{ v: 41 }],
  ],
  [
    'triggers of the table stay silent for the backfill, and speak for the application',
    {
      current,
      sql: amount,
      meanwhile: 'UPDATE orders SET amount = 3 WHERE id = 12',
      edit: ({ sql }) => sql.replace(/^\s*SET LOCAL dbd\.backfill.*$/m, ''),
      read: 'SELECT count(*)::int AS v FROM fired',
    },
    [{ v: 1 }],
  ],
];

test.each(traps)(
  '%s: nothing is lost; without the guard it is',
  { timeout: 60_000 },
  async (_name, trap, found) => {
    const { sabotage: _sabotage, edit: _edit, ...guarded } = trap;
    expect((await spring(guarded)).rows).toEqual(found);
    const bare = await spring(trap).then(
      ({ rows }) => rows,
      (error: Error) => error.message,
    );
    expect(bare).not.toEqual(found);
  },
);

test('a batch that fails half way leaves what is done, and the next run goes on', async () => {
  const { change, session } = await planned(
    'ALTER TABLE orders ALTER COLUMN raw TYPE integer USING raw::integer',
    {},
    `${current} INSERT INTO orders (id, raw) SELECT n, n::text FROM generate_series(51, 12000) n; UPDATE orders SET raw = 'none' WHERE id = 11000`,
  );
  try {
    const [expand, fill, ...rest] = change.phases.flatMap(({ steps }) => steps);
    await runStep(session, expand!, expand!.sql);
    const filled = async (): Promise<unknown> =>
      (await session.query('SELECT count(raw_new_type)::int AS n FROM orders')).rows[0];
    await expect(runStep(session, fill!, fill!.sql)).rejects.toMatchObject({ fields: { sqlstate: '22P02' } });
    expect(await filled()).toEqual({ n: 10_000 });
    await session.run("UPDATE orders SET raw = '7' WHERE id = 11000");
    await runStep(session, fill!, fill!.sql);
    expect(await filled()).toEqual({ n: 12_000 });
    // The comparison finds a row that neither trigger nor batch has reached.
    const check = rest.find(({ sql }) => sql.includes('$check$'))!;
    await runStep(session, check, check.sql);
    await session.run(
      'ALTER TABLE orders DISABLE TRIGGER zz_orders_raw_new; UPDATE orders SET raw_new_type = 1 WHERE id = 3',
    );
    await expect(session.query(check.sql)).rejects.toThrow(/not in step/);
  } finally {
    await session.close();
  }
});

test('what sees the order of columns is told: INSERT and COPY without names meet another one', async () => {
  const { change, session, up } = await planned(amount, {}, current);
  try {
    expect(change.phases.at(-1)!.steps[0]!.reason).toContain('INSERT and COPY without column names');
    await session.run("PREPARE positional AS INSERT INTO orders VALUES (70, 1, 'c70', '1', 'x')");
    await session.run('EXECUTE positional');
    await up();
    await expect(session.query("INSERT INTO orders VALUES (71, 1, 'c71', '1', 'x')")).rejects.toMatchObject({
      code: 'sql.failed',
    });
    const after = (await postgres.inspect(session)).tables.find(({ name }) => name === 'orders')!;
    expect(after.columns.map(({ name }) => name)).toEqual(['id', 'code', 'raw', 'note', 'double', 'amount']);
    expect((await session.query('SELECT amount::int AS v, double FROM orders WHERE id = 70')).rows).toEqual([
      { v: 1, double: 2 },
    ]);
  } finally {
    await session.close();
  }
});
