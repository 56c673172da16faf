import { beforeAll, describe, expect, test } from 'vitest';
import type { Rewrite } from '../../src/engine/model.ts';
import type { WorkQuery } from '../../src/tune/advice/model.ts';
import type { ProvenRewrite } from '../../src/tune/rewrite/model.ts';
import { proveRewrites } from '../../src/tune/rewrite/prove.ts';
import { postgres, read, shop, type Shop } from './shop.ts';

let made: Shop;

beforeAll(async () => {
  await postgres.grammar.ready();
  made = await shop();
});

function prove(
  queries: readonly WorkQuery[],
  rewritesOf?: (query: WorkQuery) => readonly Rewrite[],
): Promise<readonly ProvenRewrite[]> {
  return proveRewrites({
    engine: postgres,
    ...made,
    queries,
    worlds: 24,
    ...(rewritesOf ? { rewritesOf } : {}),
    signal: new AbortController().signal,
  });
}

const byHand = (sql: string): Rewrite => ({ rule: 'by-hand', sql, because: 'it looks alike', provided: [] });

describe('offered', () => {
  test('a subquery per row, whose text then carries its reason', async () => {
    const proven = await prove([
      read(
        'orders with items',
        'SELECT o.id, (SELECT count(*) FROM items i WHERE i.order_id = o.id) AS n FROM orders o WHERE o.id <= 60',
      ),
    ]);
    const [offered] = proven;
    expect(offered).toMatchObject({ verdict: 'offered', compared: 1, rewrite: { rule: 'subquery-to-join' } });
    expect(offered!.sql).toMatch(/^\/\* subquery-to-join: the subquery is carried out once for each row/);
    expect(offered!.ratio!.high).toBeLessThan(1);
    expect(offered!.worlds.withRows).toBeGreaterThan(4);
  });

  test('a day of a column that has an index', async () => {
    const proven = await prove([
      read(
        'orders of a day',
        'SELECT id FROM orders WHERE local_at::date = $1',
        ['2024-03-05'],
        ['2024-04-01'],
      ),
    ]);
    expect(proven[0]).toMatchObject({ verdict: 'offered', compared: 2 });
  });

  test('a page far behind that begins after the last row of the one before', async () => {
    const proven = await prove([
      read('page', 'SELECT id, total FROM orders ORDER BY created_at, id LIMIT $1 OFFSET $2', [20, 25_000]),
    ]);
    expect(proven[0]!.because).toMatch(/pages held the same rows/);
    expect(proven[0]).toMatchObject({ verdict: 'offered', rewrite: { rule: 'offset-to-keyset' } });
    expect(proven[0]!.sql).toContain('Pass created_at, id of the last row');
  });
});

describe('not offered', () => {
  test('what is right and no faster', async () => {
    const proven = await prove([
      read('customers', 'SELECT user_id, count(*) FROM orders GROUP BY user_id HAVING user_id > 2'),
    ]);
    expect(proven).toHaveLength(1);
    expect(proven[0]).toMatchObject({ verdict: 'not-faster', rewrite: { rule: 'having-to-where' } });
    expect(proven[0]!.sql).not.toContain('/*');
  });

  test('what is wrong on rows that the twin does not have', async () => {
    const proven = await prove(
      [
        read(
          'users without orders',
          'SELECT id FROM users WHERE id NOT IN (SELECT user_id + ref_id FROM orders WHERE ref_id > 0)',
        ),
      ],
      () => [byHand('SELECT id FROM users WHERE id NOT IN (SELECT user_id + ref_id FROM orders)')],
    );
    expect(proven[0]!.verdict).toBe('refuted');
    expect(proven[0]!.counterexample!.tables.map(({ table }) => table.name)).toContain('orders');
  });

  test('what only many rows tell apart', async () => {
    const proven = await prove([read('large', 'SELECT id FROM orders WHERE total >= 0')], () => [
      byHand('SELECT id FROM orders WHERE total >= 0 AND id <> 20000'),
    ]);
    expect(proven[0]).toMatchObject({ verdict: 'refuted', compared: 1 });
    expect(proven[0]!.because).toMatch(/30,?000 rows/);
  });

  test('pages whose order leaves rows out', async () => {
    const sql = 'SELECT id, total FROM orders ORDER BY created_at LIMIT $1 OFFSET $2';
    const [good] = postgres.rewrites.of(sql, made.catalog).filter(({ pages }) => pages);
    const bad: Rewrite = {
      ...good!,
      sql: good!.sql.replace(
        '(orders.created_at, orders.id) > ($2, $3)',
        'orders.created_at > $2 AND $3::bigint IS NOT NULL',
      ),
    };
    expect(bad.sql).not.toBe(good!.sql);
    const proven = await prove([read('page', sql, [2, 3])], () => [bad]);
    expect(proven[0]!.verdict).toBe('refuted');
  });

  test('what never had rows where it was tried', async () => {
    const proven = await prove([read('nobody', 'SELECT id FROM orders WHERE false AND total > 1')], () => [
      byHand('SELECT id FROM orders WHERE false AND total > 2'),
    ]);
    expect(proven[0]).toMatchObject({ verdict: 'not-proven' });
  });

  test('statements that write, call what changes, leave their rows open, or do not parse', async () => {
    const of = (sql: string): number => postgres.rewrites.of(sql, made.catalog).length;
    expect(of(`UPDATE orders SET note = 'x' WHERE date(created_at) = '2024-01-01'`)).toBe(0);
    expect(of(`SELECT id FROM orders WHERE date(created_at) = '2024-01-01' AND random() < 0.5`)).toBe(0);
    expect(of(`SELECT nextval('s') FROM orders WHERE date(created_at) = '2024-01-01'`)).toBe(0);
    const proven = await prove([
      read(
        'list',
        `SELECT user_id, array_agg(id) FROM orders WHERE local_at::date = '2024-03-05' GROUP BY user_id`,
      ),
      read('torn', 'SELECT id FROM'),
    ]);
    expect(proven.map(({ query, verdict }) => [query, verdict])).toEqual([['list', 'not-proven']]);
    expect(proven[0]!.because).toContain('array_agg() without an order');
  });
});
