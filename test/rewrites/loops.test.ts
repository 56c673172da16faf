import { beforeAll, expect, test } from 'vitest';
import type { WorkQuery } from '../../src/tune/advice/model.ts';
import { findLoops } from '../../src/tune/rewrite/loops.ts';
import type { Loop } from '../../src/tune/rewrite/model.ts';
import { postgres, read, shop, type Shop } from './shop.ts';

let made: Shop;

beforeAll(async () => {
  await postgres.grammar.ready();
  made = await shop();
});

function loops(...queries: readonly WorkQuery[]): Promise<readonly Loop[]> {
  return findLoops({
    engine: postgres,
    ...made,
    work: { queries },
    signal: new AbortController().signal,
  });
}

const parent: WorkQuery = {
  ...read('latest orders', 'SELECT id, user_id, total FROM orders ORDER BY id DESC LIMIT 40'),
  callsPerDay: 100,
};

test('a query per row of another one becomes one query', async () => {
  const child = {
    ...read('user of order', 'SELECT name, email FROM users WHERE id = $1', [5]),
    callsPerDay: 4000,
  };
  const [loop, ...more] = await loops(parent, child);
  expect(more).toEqual([]);
  expect(loop).toMatchObject({
    parent: 'latest orders',
    child: 'user of order',
    callsPerParent: 40,
    verdict: 'offered',
  });
  expect(loop!.sql).toContain(
    'SELECT name, email, users.id AS batch_key FROM users WHERE id = ANY ($1::bigint[])',
  );
  expect(loop!.sql).toMatch(/^\/\* query-per-row: one call instead of 40/);
  expect(loop!.ratio!.high).toBeLessThan(1);
});

test('children of each row, in their order, with another condition beside the key', async () => {
  const child = {
    ...read(
      'items of order',
      'SELECT i.id, i.sku FROM items i WHERE i.price > $1 AND i.order_id = $2 ORDER BY i.sku DESC',
      [1, 7],
    ),
    callsPerDay: 3500,
  };
  const [loop] = await loops(parent, child);
  expect(loop).toMatchObject({ verdict: 'offered' });
  expect(loop!.sql).toContain(
    'i.price > $2 AND i.order_id = ANY ($1::bigint[]) ORDER BY i.order_id, i.sku DESC',
  );
});

test('calls that the rows of no other query explain are no loop', async () => {
  const child = { ...read('user', 'SELECT name FROM users WHERE id = $1', [5]), callsPerDay: 100_000 };
  expect(await loops(parent, child)).toEqual([]);
});

test('a limit for each key cannot be one limit for all', async () => {
  const child = {
    ...read('first item', 'SELECT id FROM items WHERE order_id = $1 ORDER BY id LIMIT 1', [7]),
    callsPerDay: 4000,
  };
  expect(await loops(parent, child)).toEqual([]);
});
