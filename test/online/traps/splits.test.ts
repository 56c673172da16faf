import { expect, test } from 'vitest';
import { postgres } from '../../../src/engines/postgres/index.ts';
import { planned } from '../../change/shop.ts';
import { spring } from './trap.ts';

const current = `
CREATE TABLE customers (id integer PRIMARY KEY, name text, street text, city text);
INSERT INTO customers SELECT n, 'c' || n, 's' || n, NULLIF('t' || n % 3, 't0') FROM generate_series(1, 6000) n;
`;
const sql = `CREATE TABLE addresses (customer integer PRIMARY KEY REFERENCES customers ON DELETE CASCADE, street text, town text NOT NULL);
INSERT INTO addresses (customer, street, town) SELECT c.id, c.street, c.city FROM customers AS c WHERE c.city IS NOT NULL;
ALTER TABLE customers DROP COLUMN street; ALTER TABLE customers DROP COLUMN city`;

test('a table is split in two, and ends as written', { timeout: 60_000 }, async () => {
  const { change, session, up } = await planned(sql, {}, current);
  try {
    await up();
    const after = await postgres.inspect(session);
    expect(after.tables.find(({ name }) => name === 'customers')!.columns.map(({ name }) => name)).toEqual([
      'id',
      'name',
    ]);
    expect(after.routines).toEqual([]);
    expect((await session.query('SELECT count(*)::int AS n, min(town) AS low FROM addresses')).rows).toEqual([
      { n: 4000, low: 't1' },
    ]);
    expect(
      change.phases.flatMap(({ steps }) => steps).find(({ batch }) => batch)?.batch?.statement,
    ).toContain('/* range */ true');
  } finally {
    await session.close();
  }
});

test(
  'what is written under the old shape meanwhile is in both tables; without the trigger it is not',
  { timeout: 60_000 },
  async () => {
    const trap = {
      current,
      sql,
      meanwhile: `UPDATE customers SET city = 'new' WHERE id = 1; UPDATE customers SET city = NULL WHERE id = 2; DELETE FROM customers WHERE id = 4;
      INSERT INTO customers VALUES (7000, 'x', 's', 'late') ON CONFLICT DO NOTHING; UPDATE customers SET id = 8000 WHERE id = 7`,
      read: 'SELECT customer, town FROM addresses WHERE customer IN (1, 2, 4, 7, 7000, 8000) ORDER BY 1',
    };
    const found = [
      { customer: 1, town: 'new' },
      { customer: 7000, town: 'late' },
      { customer: 8000, town: 't1' },
    ];
    expect((await spring(trap)).rows).toEqual(found);
    const bare = await spring({
      ...trap,
      sabotage: 'ALTER TABLE customers DISABLE TRIGGER "AA_customers_addresses_copy"',
    }).then(
      ({ rows }) => rows,
      (error: Error) => error.message,
    );
    expect(bare).not.toEqual(found);
  },
);
