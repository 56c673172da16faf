/** Sizes and plans of a database, and how its rows are looked at. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Session } from '../../../src/engine/model.ts';
import { connect } from '../../../src/engines/postgres/connect.ts';
import { probe } from '../../../src/engines/postgres/probe.ts';
import { stats } from '../../../src/engines/postgres/stats.ts';
import { testDatabase } from '../../support/database.ts';

let session: Session;
const items = { schema: 'public', name: 'Items' };

beforeAll(async () => {
  const database = await testDatabase();
  session = await connect(database.ownerUrl);
  await session.run(`
    CREATE TABLE "Items" (id int PRIMARY KEY, kind text, "a ""b" text);
    INSERT INTO "Items" SELECT i, 'k' || i % 10, CASE WHEN i % 2 = 0 THEN 'x' END FROM generate_series(1, 5000) i;
    CREATE VIEW few AS SELECT id FROM "Items" WHERE id <= 3;
  `);
});

afterAll(() => session?.close());

test('sizes name tables with their indexes', async () => {
  await stats.analyze(session, [items]);
  const sizes = await stats.sizes(session);
  expect(sizes.map((size) => [size.kind, size.name.name, size.table])).toEqual([
    ['table', 'Items', 'Items'],
    ['index', 'Items_pkey', 'Items'],
  ]);
  expect(sizes[0]!.rows).toBe(5000);
  expect(sizes.every((size) => size.bytes > 8192)).toBe(true);
});

test('a plan is told with its nodes and indexes, and run only when asked', async () => {
  const sql = 'SELECT * FROM "Items" WHERE id = $1';
  const planned = await stats.explain(session, sql, [7], false);
  expect(planned).toMatchObject({ nodes: ['Index Scan Items using Items_pkey'], indexes: ['Items_pkey'] });
  expect(planned.rows).toBeUndefined();
  const executed = await stats.explain(session, sql, [7], true);
  expect(executed.rows).toBe(1);
  expect(executed.sharedHit! + executed.sharedRead!).toBeGreaterThan(0);
  expect(executed.executionMs).toBeGreaterThan(0);
});

test('values are drawn from rows without nulls, equal for equal seeds, from tables and views', async () => {
  const draw = (seed: number) => probe.draw(session, items, ['id', 'a "b'], 50, seed);
  const rows = await draw(1);
  expect(rows).toHaveLength(50);
  expect(rows.every(([id, other]) => Number(id) % 2 === 0 && other === 'x')).toBe(true);
  expect(await draw(1)).toEqual(rows);
  expect(await draw(2)).not.toEqual(rows);
  expect(await probe.draw(session, { schema: 'public', name: 'few' }, ['id'], 50, 1)).toHaveLength(3);
});

test("types of parameters are the server's", async () => {
  expect(await probe.parameterTypes(session, 'SELECT * FROM "Items" WHERE id = $1 AND kind LIKE $2')).toEqual(
    ['integer', 'text'],
  );
  await expect(probe.parameterTypes(session, 'SELECT nothing')).rejects.toMatchObject({ code: 'sql.failed' });
});

test('a fingerprint follows the values, not the order of rows', async () => {
  const print = () => probe.fingerprint(session, items, ['id', 'kind']);
  const before = await print();
  expect(before.rows).toBe(5000);
  await session.query(`UPDATE "Items" SET kind = kind WHERE id < 100`);
  expect(await print()).toEqual(before);
  await session.query(`UPDATE "Items" SET kind = 'other' WHERE id = 1`);
  expect(await print()).not.toEqual(before);
});

test('literals take the place of parameters, but not inside strings, names and comments', () => {
  const sql = `SELECT $1, '$1', "$2", E'\\'$1', $$ $1 $$, $2 -- $1\n/* $2 */`;
  expect(probe.inline(sql, ["it's", 5])).toBe(
    `SELECT 'it''s', '$1', "$2", E'\\'$1', $$ $1 $$, 5 -- $1\n/* $2 */`,
  );
});
