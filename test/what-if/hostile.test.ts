/** Foreign text in experiments on a hollow twin: definitions, statements, names. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Session, Snapshot, WhatIf } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { HollowTwin } from '../../src/twin/hollow/hollow.ts';
import { hollowOf, snapshotOf } from '../hollow/plans.ts';
import { production } from '../support/production.ts';
import { everything, heaps, wish } from './left.ts';

let snapshot: Snapshot;
let twin: HollowTwin;
let admin: Session;
let trial: WhatIf;
let before: unknown;

beforeAll(async () => {
  const source = await production({ rows: 2000, days: 80 });
  try {
    snapshot = await snapshotOf(source.database.adminUrl);
  } finally {
    await source.stop();
  }
  twin = await hollowOf(snapshot);
  admin = await postgres.connect(twin.database.adminUrl);
});

afterAll(() => twin?.sandbox.stop());

beforeEach(async () => {
  before = await everything(admin);
  trial = await postgres.hollow.whatIf(admin, snapshot);
});

afterEach(async () => {
  await trial.close();
  expect(await everything(admin)).toEqual(before);
});

test('a wrong or hostile definition is refused, and with it everything that came along', async () => {
  const good = wish('sales', 'orders', '(total)');
  const lengths = await heaps(admin);
  for (const definition of [
    'USING btree (total); DROP TABLE sales.orders',
    'USING btree (total)) ; DROP TABLE sales.orders; --',
    '(no_such_column)',
    '(random())',
    '(now())',
    '((SELECT 1))',
    'USING gin (total)',
    'USING nothing (total)',
    '(total) TABLESPACE nowhere',
    '',
    "(total) WHERE pg_read_file('/etc/passwd') IS NULL",
    '(pg_sleep(1)::text)',
  ])
    await expect(trial.create([good, wish('sales', 'orders', definition)]), definition).rejects.toMatchObject(
      {
        name: 'SqlError',
      },
    );
  for (const table of ['nobody', 'orders"; DROP TABLE customers; --'])
    await expect(trial.create([good, wish('sales', table, '(total)')])).rejects.toMatchObject({
      name: 'SqlError',
    });
  await expect(trial.drop([{ schema: 'sales', name: 'orders_customer_placed_idx' }])).rejects.toMatchObject({
    code: 'sql.refused',
  });
  expect(await heaps(admin)).toEqual(lengths);
  const sql = 'SELECT * FROM sales.orders ORDER BY total LIMIT 1';
  expect((await trial.price(sql, [])).indexes).toEqual([]);
  expect(await trial.create([good])).toHaveLength(1);
  expect((await trial.price(sql, [])).indexes).toHaveLength(1);
});

test('statements under price are planned and never run, without any power', async () => {
  for (const sql of [
    'SELECT 1; DROP TABLE customers',
    'ANALYZE customers',
    '(ANALYZE) SELECT 1',
    'ANALYZE SELECT 1',
    'COPY customers TO PROGRAM $$id$$',
    '',
    'SELECT * FROM nobody',
  ])
    await expect(trial.price(sql, []), sql).rejects.toMatchObject({ name: 'SqlError' });
  for (const sql of [
    'DELETE FROM customers',
    'INSERT INTO warehouses SELECT * FROM warehouses',
    "SELECT set_config('role', 'none', false)",
    'SELECT pg_terminate_backend(pg_backend_pid())',
    'CREATE TABLE stays AS SELECT 1',
  ])
    expect((await trial.price(sql, [])).totalCost, sql).toBeGreaterThanOrEqual(0);
  expect((await trial.price('SELECT current_user', [])).totalCost).toBeGreaterThan(0);
  // A function that is folded while planning runs as nobody.
  await expect(
    trial.price("SELECT * FROM pg_class WHERE relname = current_setting('data_directory')", []),
  ).rejects.toMatchObject({
    code: 'sql.refused',
  });
});
