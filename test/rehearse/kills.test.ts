import { expect, test } from 'vitest';
import type { Change } from '../../src/change/model.ts';
import { killAndResume } from '../../src/deliver/kills/kills.ts';
import type { Kills } from '../../src/deliver/kills/model.ts';
import { testDatabase, testSandbox } from '../support/database.ts';
import { change, postgres } from './shop.ts';

const sql = `CREATE TABLE orders (id int PRIMARY KEY, total int NOT NULL);
  INSERT INTO orders SELECT i, i % 500 FROM generate_series(1, 20000) i;`;

async function killed(what: Change, boxMs: number): Promise<Kills> {
  return killAndResume({
    engine: postgres,
    sandbox: await testSandbox(),
    base: await testDatabase({ sql }),
    change: what,
    boxMs,
    emit: () => undefined,
    signal: new AbortController().signal,
  });
}

test('a change that is cut off ends as if nothing had happened', async () => {
  const seen = await killed(
    change(
      [
        { sql: 'ALTER TABLE orders ADD COLUMN channel text', undo: 'ALTER TABLE orders DROP COLUMN channel' },
        {
          sql: 'CREATE INDEX CONCURRENTLY orders_total ON orders (total)',
          undo: 'DROP INDEX CONCURRENTLY IF EXISTS orders_total',
          transaction: 'none',
          undoOutside: true,
        },
      ],
      [
        {
          sql: "UPDATE orders SET channel = 'web' WHERE id IN (SELECT id FROM orders WHERE channel IS NULL LIMIT 8000)",
          batched: true,
          transaction: 'none',
        },
      ],
    ),
    8_000,
  );
  // On a busy machine the time reaches for the first ones; all of them are the report's business.
  expect(seen.places).toBeGreaterThan(8);
  expect(seen.killed.length).toBeGreaterThanOrEqual(3);
  expect(seen.killed.every(({ hit }) => hit)).toBe(true);
  expect(seen.killed.some(({ point }) => point.when === 'inside' && point.sql.includes('CONCURRENTLY'))).toBe(
    true,
  );
  for (const { differences, failed } of seen.killed) expect([differences, failed]).toEqual([[], undefined]);
});

test('a step that is half done and cannot be told from one that is not is found', async () => {
  const seen = await killed(
    change([
      {
        sql: `DO $$ BEGIN FOR i IN 0..99 LOOP UPDATE orders SET total = total + 1 WHERE id % 100 = i; COMMIT; END LOOP; END $$`,
        transaction: 'none',
      },
    ]),
    1,
  );
  expect(seen.killed).toHaveLength(1);
  const [one] = seen.killed;
  expect(one).toMatchObject({ hit: true, point: { when: 'inside' } });
  expect(one!.failed ?? one!.differences.join()).toMatch(/begun by an earlier run|rows of public\.orders/);
});
