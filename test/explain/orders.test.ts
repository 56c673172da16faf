/** Other orders of joins: equal rows in every one, and a verdict that follows what was measured. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Catalog } from '../../src/catalog/model.ts';
import type { Session } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Sandbox } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { writeSnapshot } from '../../src/snapshot/file.ts';
import { snapshotOf } from '../hollow/plans.ts';
import { call, outputOf } from './shop.ts';

/** Nine of ten items are of kind 7: who looks at the names of the kinds cannot know. */
const structure = `
  CREATE TABLE kinds (id int PRIMARY KEY, name text NOT NULL UNIQUE);
  CREATE TABLE owners (id int PRIMARY KEY, country text NOT NULL);
  CREATE TABLE items (id int PRIMARY KEY, kind_id int NOT NULL REFERENCES kinds, owner_id int NOT NULL REFERENCES owners, worth int NOT NULL);
  INSERT INTO kinds SELECT n, 'kind ' || to_char(n, 'FM000') FROM generate_series(1, 200) n;
  INSERT INTO owners SELECT n, CASE WHEN n % 100 = 0 THEN 'nl' ELSE 'de' END FROM generate_series(1, 1000) n;
  INSERT INTO items SELECT n, CASE WHEN n % 10 > 0 THEN 7 ELSE 1 + n / 10 % 200 END, 1 + (n::bigint * 7919) % 1000, n % 100 FROM generate_series(1, 50000) n;
  CREATE INDEX ON items (kind_id);
  CREATE INDEX ON items (owner_id);
  CREATE TABLE "Odd ""kind""" ("the id" int, note text);
  INSERT INTO "Odd ""kind""" SELECT n % 7, 'n' || n FROM generate_series(1, 20) n;
  ANALYZE`;

let sandbox: Sandbox;
let session: Session;
let folder: string;
let catalog: Catalog;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dbd-orders-'));
  sandbox = await startSandbox(postgres, { settings: { autovacuum: 'off' } });
  const database = await sandbox.createDatabase();
  session = await postgres.connect(database.ownerUrl);
  await session.run(structure);
  const snapshot = await snapshotOf(database.adminUrl);
  catalog = snapshot.catalog;
  await writeSnapshot(join(folder, 'items.dbds'), snapshot);
  const settings = snapshot.settings.map((one) =>
    one.name === 'join_collapse_limit' ? { ...one, value: '1' } : one,
  );
  await writeSnapshot(join(folder, 'limited.dbds'), { ...snapshot, settings });
});

afterAll(async () => {
  await session.close();
  await sandbox.stop();
  await rm(folder, { recursive: true, force: true });
});

const look = (sql: string, most = 24): ReturnType<typeof postgres.rewrites.joinOrders> =>
  postgres.rewrites.joinOrders(sql, catalog, { most, size: () => 1 });

test.each([
  [
    'joins with ON',
    "SELECT i.id, o.country FROM items i JOIN kinds k ON k.id = i.kind_id INNER JOIN owners AS o ON o.id = i.owner_id -- all\nWHERE k.name = 'kind 009' OR o.country = 'nl' ORDER BY i.id LIMIT 500",
    ['i,k,o', 'i,o,k', 'k,o,i'],
  ],
  [
    'a comma list and a star',
    "SELECT * FROM kinds, items, owners o WHERE kinds.id = kind_id AND o.id = items.owner_id AND name IN ('kind 011', 'kind 012') ORDER BY items.id",
    ['items,o,kinds', 'kinds,items,o'],
  ],
  [
    'columns that are equal through a third one',
    'SELECT count(*) FROM items a JOIN items b ON a.id = b.id JOIN items c ON c.id = b.id WHERE a.worth > 90',
    ['a,b,c', 'a,c,b', 'b,c,a'],
  ],
  [
    'names with signs, a WITH query and a subquery in FROM',
    'WITH w AS (SELECT id AS wid FROM owners) SELECT q."the id", w.wid FROM "Odd ""kind""" q, w, (SELECT id FROM kinds) "K k" WHERE w.wid = q."the id" AND "K k".id = w.wid ORDER BY 1, 2',
    ['"K k",w,q', '"K k",q,w', 'q,w,"K k"'],
  ],
  [
    'USING',
    'SELECT id, k.name, owners.country FROM kinds k JOIN owners USING (id) JOIN items USING (id) WHERE worth < 50 ORDER BY id',
    ['k,items,owners', 'k,owners,items', 'owners,items,k'],
  ],
])(
  '%s: every order returns the same rows and is the one the planner is held to',
  async (_name, sql, wanted) => {
    const found = look(sql);
    if (found.kind === 'none') throw new Error(found.because);
    const key = (tables: readonly string[]): string =>
      [...tables.slice(0, 2).toSorted(), ...tables.slice(2)].join().replaceAll('"', '');
    expect(found.orders.map(({ tables }) => key(tables)).toSorted()).toEqual(
      wanted.map((text) => key(text.replaceAll('"', '').split(','))).toSorted(),
    );
    const as = await session.query(sql);
    expect(as.rows.length).toBeGreaterThan(0);
    await session.query('BEGIN');
    await session.query('SET LOCAL join_collapse_limit = 1');
    await session.query('SET LOCAL from_collapse_limit = 1');
    const plans = new Set<string>();
    for (const order of found.orders) {
      expect((await session.query(order.sql)).rows).toEqual(as.rows);
      const plan = await postgres.plans.explain(session, order.sql, [], { analyze: false });
      plans.add(JSON.stringify(plan.nodes.map(({ type, alias, path }) => [type, alias, path])));
    }
    await session.query('ROLLBACK');
    expect(plans.size).toBe(found.orders.length);
  },
);

test.each([
  [
    'SELECT 1 FROM items i LEFT JOIN kinds k ON k.id = i.kind_id JOIN owners o ON o.id = i.owner_id',
    'outer join',
  ],
  ['SELECT 1 FROM items i, kinds k, LATERAL (SELECT i.id) x', 'LATERAL'],
  ['SELECT 1 FROM items i, kinds k, generate_series(1, i.id) x', 'function in FROM'],
  ['SELECT 1 FROM kinds NATURAL JOIN owners NATURAL JOIN items', 'NATURAL'],
  ['SELECT 1 FROM items i JOIN (kinds k JOIN owners o ON o.id = k.id) ON k.id = i.kind_id', 'brackets'],
  ['SELECT random() FROM items i, kinds k, owners o', 'volatile'],
  ['SELECT * FROM kinds JOIN owners USING (id) JOIN items USING (id)', 'USING'],
  ['SELECT 1 FROM items i, kinds k', 'both sides'],
  ['SELECT 1 FROM items i, kinds k, owners o UNION SELECT 2', 'set operation'],
  ['DELETE FROM items i USING kinds k, owners o', 'SELECT'],
])('%s is left as it is, and why', (sql, because) => {
  expect(look(sql)).toEqual({ kind: 'none', because: expect.stringContaining(because) as string });
});

test('of many tables only so many orders are made, and every table begins one', () => {
  const names = Array.from({ length: 12 }, (_, n) => `t${n}`);
  const sql = `SELECT count(*) FROM ${names.map((name) => `items ${name}`).join(', ')} WHERE ${names
    .slice(1)
    .map((name) => `${name}.id = t0.id`)
    .join(' AND ')}`;
  const found = look(sql);
  if (found.kind === 'none') throw new Error(found.because);
  expect(found.orders).toHaveLength(24);
  expect(new Set(found.orders.map(({ tables }) => tables[0])).size).toBe(12);
});

const ofKind = (name: string): string =>
  `SELECT sum(i.worth) FROM items i JOIN kinds k ON k.id = i.kind_id JOIN owners o ON o.id = i.owner_id WHERE k.name = '${name}' AND o.country = 'nl'`;

test('an order that the planner passes over is found faster, with the step that misled it; where the planner is right no order is', async () => {
  const given = { snapshot: 'items.dbds', analyze: true, rows: 51_200 };
  const report = await call(folder, { ...given, given: ofKind('kind 007') });
  const wrong = outputOf(report).joinOrders!;
  const faster = wrong.orders.find(({ verdict }) => verdict === 'faster')!;
  expect(faster).toMatchObject({ own: false, tables: expect.arrayContaining(['i', 'o', 'k']) as unknown });
  expect(faster.tables.at(-1)).toBe('k');
  expect(faster.cost).toBeGreaterThanOrEqual(wrong.orders.find(({ own }) => own)!.cost);
  expect(faster.ratio!.high).toBeLessThan(1);
  expect(wrong.misled!.came).toBeGreaterThan(10 * wrong.misled!.estimated);
  expect(wrong.says).toMatch(/^(o, i|i, o), k is really faster: .* misled at .*items/);
  expect(faster.hint).toBeUndefined();
  expect(report.blocks.map(({ id }) => id)).toContain('orders');
  expect(report.headline).toMatch(/Joined in the order .*, k it was measured: /);

  const right = outputOf(await call(folder, { ...given, given: ofKind('kind 150') })).joinOrders!;
  expect(right.orders.some(({ verdict }) => verdict !== undefined)).toBe(true);
  expect(right.orders.filter(({ verdict }) => verdict === 'faster')).toEqual([]);
  expect(right.says).toMatch(/none is cheaper by estimate than the planner's own.*none was faster/);
});

test('a search that a limit cuts short is said to be, and what cannot be tried is a limit of the report', async () => {
  // Planned as written: every kind with every owner first.
  const given = {
    given:
      "SELECT count(*) FROM kinds k CROSS JOIN owners o JOIN items i ON i.kind_id = k.id AND i.owner_id = o.id WHERE k.name > 'kind 100'",
  };
  const whole = outputOf(await call(folder, { ...given, snapshot: 'items.dbds' })).joinOrders!;
  expect(whole.says).toContain('it weighed them all');
  const cut = outputOf(await call(folder, { ...given, snapshot: 'limited.dbds' })).joinOrders!;
  expect(cut.orders[0]).toMatchObject({ own: false });
  expect(cut.says).toMatch(/costs .* % of the planner's own: .* cut short by join_collapse_limit/);
  const outer = await call(folder, {
    given:
      'SELECT count(o.country) FROM items i LEFT JOIN kinds k ON k.id = i.kind_id LEFT JOIN owners o ON o.id = k.id WHERE i.worth > 5',
    snapshot: 'items.dbds',
  });
  expect(outer.meta.limits.join(' ')).toMatch(/Other join orders were not tried: an outer join/);
});
