/** Experiments on a hollow twin against the same things really done to its source. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DbdError } from '../../src/base/error.ts';
import type { IndexWish, PlanFacts, Session, Snapshot, WhatIf } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { discard, reshape } from '../../src/engines/postgres/pages/reshape.ts';
import type { HollowTwin } from '../../src/twin/hollow/hollow.ts';
import { hollowOf, snapshotOf } from '../hollow/plans.ts';
import { production, type Production } from '../support/production.ts';
import { need } from '../support/require.ts';
import { everything, wish } from './left.ts';

/** Indexes, each with a query that it helps. */
const trials: readonly (readonly [IndexWish, string])[] = [
  [
    wish('public', 'customers', '(country, created_at DESC)'),
    "SELECT id FROM customers WHERE country = 'DE' ORDER BY created_at DESC LIMIT 5",
  ],
  [
    wish('sales', 'orders', '(customer_id)'),
    'SELECT count(*) FROM sales.orders WHERE customer_id BETWEEN 100 AND 120',
  ],
  [
    wish('sales', 'orders', "(placed_at) WHERE status = 'new'"),
    "SELECT * FROM sales.orders WHERE status = 'new' ORDER BY placed_at LIMIT 10",
  ],
  [
    wish('sales', 'orders', '(shipped_at) WHERE shipped_at IS NOT NULL'),
    "SELECT * FROM sales.orders WHERE shipped_at > '2025-06-01' ORDER BY shipped_at LIMIT 10",
  ],
  [
    wish('sales', 'orders', '(total DESC) INCLUDE (status)'),
    'SELECT total, status FROM sales.orders WHERE total > 900 ORDER BY total DESC LIMIT 100',
  ],
  [
    wish('sales', 'order_lines', '(product_id)'),
    'SELECT count(*) FROM sales.order_lines WHERE product_id < 20',
  ],
  [
    wish('public', 'tickets', '(assignee, id)'),
    "SELECT * FROM tickets WHERE assignee = 'ann' ORDER BY id LIMIT 3",
  ],
  [
    wish('public', 'customers', '(lower(email::text))'),
    "SELECT * FROM customers WHERE lower(email::text) = 'x'",
  ],
  [
    wish('Odd Schema', 'Odd "Table" 名', '("two words")'),
    'SELECT count(*) FROM "Odd Schema"."Odd ""Table"" 名" WHERE "two words" = 5',
  ],
  [
    wish('public', 'measurements', '(taken_at, device)'),
    "SELECT device FROM measurements WHERE taken_at = '2025-01-05 00:00:00+00'",
  ],
];

const majors = [15, 18];

describe.each(majors)('on PostgreSQL %i', (major) => {
  let source: Production | undefined;
  let real: Session;
  let snapshot: Snapshot;
  let twin: HollowTwin;
  let admin: Session;
  let trial: WhatIf;

  beforeAll(async () => {
    try {
      source = await production({ major, rows: 8000, days: 80 });
    } catch (error) {
      if ((error as DbdError).code !== 'sandbox.no-server') throw error;
      need(false, `PostgreSQL ${major}: dbd sandbox install ${major}`);
      return;
    }
    snapshot = await snapshotOf(source.database.adminUrl);
    twin = await hollowOf(snapshot);
    real = await postgres.connect(source.database.adminUrl);
    admin = await postgres.connect(twin.database.adminUrl);
  });

  afterAll(async () => {
    await twin?.sandbox.stop();
    await source?.stop();
  });

  /** A test with experiments of its own, after which nothing is left of them. */
  const tried = (title: string, body: () => Promise<void>): void => {
    test(title, async ({ skip }) => {
      if (!source) return skip();
      const before = await everything(admin);
      trial = await postgres.hollow.whatIf(admin, snapshot);
      try {
        await body();
      } finally {
        await trial.close();
      }
      expect(await everything(admin)).toEqual(before);
    });
  };

  tried('indexes that nobody built are planned and priced as real ones', async () => {
    const guesses = await trial.create(trials.map(([index]) => index));
    const prices: PlanFacts[] = [];
    for (const [, sql] of trials) prices.push(await trial.price(sql, []));
    for (const [i, [{ table, definition }, sql]] of trials.entries()) {
      const name = `"${table.schema}"."${table.name.replaceAll('"', '""')}"`;
      const plain = await explain(real, sql);
      await real.query(`CREATE INDEX real_${i} ON ${name} ${definition}`);
      await real.query(`ANALYZE ${name}`);
      const wanted = await explain(real, sql);
      const got = prices[i]!;
      expect(got.indexes, sql).toContain(guesses[i]!.name.name);
      expect(
        got.nodes.map((node) => node.replaceAll(guesses[i]!.name.name, `real_${i}`)),
        sql,
      ).toEqual(wanted.nodes);
      expect(got.totalCost / wanted.totalCost, sql).toBeCloseTo(1, 3);
      // The price without the index is another one, so that the comparison can fail.
      expect(plain.nodes, sql).not.toEqual(wanted.nodes);
    }
    await real.query(
      `DROP INDEX ${trials.map(([{ table }], i) => `"${table.schema}".real_${i}`).join(', ')}`,
    );
  });

  tried('an index on another column changes nothing, and one of a wrong size another price', async () => {
    const sql = 'SELECT count(*) FROM sales.orders WHERE customer_id BETWEEN 100 AND 120';
    const before = await trial.price(sql, []);
    await trial.create([wish('sales', 'orders', '(shipped_at)')]);
    expect((await trial.price(sql, [])).tree).toMatchObject({ Plan: (before.tree as { Plan: object }).Plan });
    const [made] = await trial.create([wish('sales', 'orders', '(customer_id) INCLUDE (placed_at)')]);
    const without = [{ schema: 'sales', name: 'orders_customer_placed_idx' }];
    const right = await trial.price(sql, [], { without });
    expect(right.indexes).toEqual([made!.name.name]);
    const other = await postgres.connect(twin.database.adminUrl);
    await other.query("SET default_transaction_read_only = 'off'");
    const { leftovers } = await reshape(other, [{ ...made!.name, pages: made!.pages * 50, level: 2 }]);
    await discard(other, leftovers);
    await other.close();
    const wrong = await trial.price(sql, [], { without });
    expect(wrong.totalCost).not.toBe(right.totalCost);
  });

  tried('an index that is switched off is as gone as a dropped one', async () => {
    const sql = 'SELECT * FROM sales.orders WHERE reference = $1 OR customer_id = $2';
    const values = ['00000000-0000-4000-8000-000000000000', '7'];
    const off = [{ schema: 'sales', name: 'orders_customer_placed_idx' }];
    await real.query('BEGIN');
    await real.query('DROP INDEX sales.orders_customer_placed_idx');
    const wanted = await postgres.stats.explain(real, sql, values, false);
    await real.query('ROLLBACK');
    const got = await trial.price(sql, values, { without: off });
    expect([got.nodes, got.totalCost]).toEqual([wanted.nodes, wanted.totalCost]);
    const with_ = await trial.price(sql, values);
    expect(with_.totalCost).not.toBe(wanted.totalCost);
    expect(with_.totalCost).toBe((await postgres.stats.explain(real, sql, values, false)).totalCost);
    await expect(
      trial.price(sql, values, { without: [{ schema: 'sales', name: 'nobody' }] }),
    ).rejects.toMatchObject({ code: 'sql.failed' });
  });

  tried('the indexes of all partitions are switched off with that of their table', async () => {
    const sql = 'SELECT count(*) FROM measurements WHERE device = 5';
    const got = await trial.price(sql, [], {
      without: [{ schema: 'public', name: 'measurements_device_idx' }],
    });
    expect(got.indexes).toEqual([]);
    expect((await trial.price(sql, [])).indexes).not.toEqual([]);
  });

  tried('settings and roles hold for one price', async () => {
    const orders = 'SELECT * FROM sales.orders WHERE customer_id = 5';
    const before = await trial.price(orders, []);
    const forced = await trial.price(orders, [], {
      settings: { enable_indexscan: 'off', enable_bitmapscan: 'off' },
    });
    expect(forced.nodes).not.toEqual(before.nodes);
    expect((await trial.price(orders, [])).totalCost).toBe(before.totalCost);
    const sql = 'SELECT * FROM tickets WHERE id < 50';
    const plain = await trial.price(sql, []);
    const support = await postgres.connect(source!.url('shop_support'));
    const wanted = await explain(support, sql);
    await support.close();
    const got = await trial.price(sql, [], { role: 'shop_support' });
    expect([got.nodes, got.totalCost]).toEqual([wanted.nodes, wanted.totalCost]);
    expect(got.totalCost).not.toBe(plain.totalCost);
    await expect(trial.price(sql, [], { settings: { no_such_thing: 'on' } })).rejects.toMatchObject({
      code: 'sql.failed',
    });
    expect((await trial.price(sql, [])).totalCost).toBe(plain.totalCost);
  });

  tried('a generic plan is the one that a prepared statement keeps', async () => {
    for (const sql of [
      'SELECT * FROM sales.orders WHERE customer_id = $1 AND placed_at > $2',
      'UPDATE customers SET balance = $2 WHERE id = $1',
      'SELECT 1 FROM warehouses',
    ]) {
      const count = new Set(sql.match(/\$\d/g) ?? []).size;
      await real.run(`SET plan_cache_mode = force_generic_plan; PREPARE wanted AS ${sql}`);
      const { rows } = await real.query<{ 'QUERY PLAN': readonly [{ Plan: { 'Total Cost': number } }] }>(
        `EXPLAIN (FORMAT JSON) EXECUTE wanted${count ? `(${Array.from({ length: count }, () => 'NULL').join(', ')})` : ''}`,
      );
      await real.run('RESET plan_cache_mode; DEALLOCATE wanted');
      expect((await trial.generic(sql)).totalCost, sql).toBe(rows[0]!['QUERY PLAN'][0].Plan['Total Cost']);
    }
    await expect(trial.generic('SELECT * FROM nobody WHERE a = $1')).rejects.toMatchObject({
      code: 'sql.failed',
    });
    await expect(trial.generic('SELECT 1; DROP TABLE customers')).rejects.toMatchObject({
      code: 'sql.failed',
    });
    expect((await trial.generic('SELECT 1 FROM warehouses')).nodes).not.toEqual([]);
  });

  tried('an index of a partitioned table is one for each partition', async () => {
    const [made] = await trial.create([wish('public', 'measurements', '(taken_at)')]);
    const { rows } = await admin.query<{ pages: number; name: string }>(
      `SELECT c.relname AS name, (pg_relation_size(c.oid) / 8192)::int AS pages FROM pg_partition_tree($1::regclass) JOIN pg_class c ON c.oid = relid WHERE isleaf`,
      [`public.${made!.name.name}`],
    );
    expect(rows.length).toBeGreaterThan(2);
    expect(rows.reduce((sum, { pages }) => sum + pages, 0)).toBe(made!.pages);
    expect(
      (await trial.price("SELECT * FROM measurements WHERE taken_at = '2025-01-03'", [])).indexes,
    ).toEqual([made!.name.name]);
    await trial.drop([made!.name]);
  });

  tried('statistics over several columns change how many groups there are', async () => {
    const sql =
      'SELECT status, customer_id FROM sales.orders WHERE total > 1 GROUP BY status, customer_id, total';
    const groups = async (): Promise<number> =>
      ((await trial.price(sql, [])).tree as { Plan: { 'Plan Rows': number } }).Plan['Plan Rows'];
    const before = await groups();
    const made = await trial.statistics(
      { schema: 'sales', name: 'orders' },
      ['status', 'customer_id', 'total'],
      77,
    );
    expect(made.assumed).toHaveLength(1);
    const { rows } = await admin.query('SELECT count(*)::int AS n FROM pg_statistic_ext WHERE stxname = $1', [
      made.name.name,
    ]);
    expect(rows).toEqual([{ n: 1 }]);
    await trial.dropStatistics(made.name);
    expect(await groups()).toBe(before);
    await trial.statistics({ schema: 'public', name: 'tickets' }, ['state', 'priority'], 3);
    const two = await trial.price('SELECT state, priority FROM tickets GROUP BY state, priority', []);
    expect((two.tree as { Plan: { 'Plan Rows': number } }).Plan['Plan Rows']).toBe(3);
    await expect(
      trial.statistics({ schema: 'sales', name: 'orders' }, ['status', 'nobody'], 5),
    ).rejects.toMatchObject({ code: 'sql.failed' });
  });

  tried('calls at the same time are done one after the other', async () => {
    const sql = 'SELECT * FROM tickets WHERE id = $1';
    const all = await Promise.all([
      trial.price(sql, ['1']),
      trial.price(sql, ['1'], { settings: { enable_indexscan: 'off', enable_bitmapscan: 'off' } }),
      trial.create([wish('public', 'tickets', '(id) WHERE id > 5')]),
      trial.generic(sql),
      trial.price(sql, ['1']),
    ]);
    expect(all[0].totalCost).toBe(all[4].totalCost);
    expect(all[1].totalCost).not.toBe(all[0].totalCost);
  });
});

function explain(session: Session, sql: string): Promise<PlanFacts> {
  return postgres.stats.explain(session, sql, [], false);
}
