import { expect, test } from 'vitest';
import type { DesignedFeature } from '../../src/design/model.ts';
import { another, failure, made, type Board } from './board.ts';

const treeOf = (tree: string, current = ''): Promise<Board> =>
  made(
    `
entities:
  E1 Category: { fields: { name: { type: text, required: true, unique: true } } }
relations:
  L1: { from: E1, to: E1, name: parent, on_delete: set null, tree: ${tree} }`,
    current,
  );
/** Paths that the table has and a count from scratch has not, and the other way round. */
const wrongPaths = async ({ design, session, texts }: Board): Promise<number> => {
  const { closure } = design.features.find(
    (one): one is Extract<DesignedFeature, { kind: 'tree' }> => one.kind === 'tree',
  )!;
  await session.run('DROP TABLE IF EXISTS pg_temp.kept');
  await session.query('CREATE TEMPORARY TABLE kept AS SELECT * FROM category_paths');
  await session.query('BEGIN');
  await session.query('DELETE FROM category_paths');
  await session.query(closure!.refill);
  const wrong = await texts(
    'SELECT count(*) FROM ((TABLE kept EXCEPT ALL TABLE category_paths) UNION ALL (TABLE category_paths EXCEPT ALL TABLE kept)) AS each',
  );
  await session.query('ROLLBACK');
  return Number(wrong[0]);
};
const names = `INSERT INTO categories (name) VALUES ('a'), ('b'), ('c'), ('d')`;
const under = (child: string, parent: string): string =>
  `UPDATE categories SET parent_id = (SELECT id FROM categories WHERE name = '${parent}') WHERE name = '${child}'`;

test.each(['adjacency', 'closure'])(
  'circles are refused in a tree by %s, also of rows that come together',
  async (kind) => {
    const { attempt } = await treeOf(kind);
    expect(await attempt(names)).toBe('ok');
    expect(await attempt(under('b', 'a'))).toBe('ok');
    expect(await attempt(under('c', 'b'))).toBe('ok');
    expect(await attempt(under('a', 'c'))).toBe('categories_parent_circle');
    expect(await attempt(under('a', 'a'))).toBe('categories_parent_circle');
    expect(
      await attempt(
        `INSERT INTO categories (id, name, parent_id) OVERRIDING SYSTEM VALUE VALUES (90, 'x', 91), (91, 'y', 90)`,
      ),
    ).toBe('categories_parent_circle');
    expect(
      await attempt(
        `UPDATE categories SET parent_id = CASE name WHEN 'd' THEN 3 WHEN 'a' THEN 4 END WHERE name IN ('a', 'd')`,
      ),
    ).toBe('categories_parent_circle');
    expect(await attempt(`DELETE FROM categories WHERE name = 'b'`)).toBe('ok');
  },
);

test.each(['adjacency', 'closure'])(
  'two moves that close a circle together: the second is refused, %s',
  async (kind) => {
    const one = await treeOf(kind);
    const other = await another(one);
    await one.session.query(names);
    await one.session.query('BEGIN');
    await one.session.query(under('a', 'b'));
    const waiting = failure(other.query(under('b', 'a')));
    await one.session.query('COMMIT');
    expect(await waiting).toBe('categories_parent_circle');
  },
);

test('an old snapshot closes no circle', async () => {
  const one = await treeOf('adjacency');
  const other = await another(one);
  await one.session.query(names);
  await other.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  await other.query('SELECT count(*) FROM categories');
  await one.session.query(under('a', 'b'));
  expect(await failure(other.query(under('b', 'a')))).toBe('40001');
  await other.query('ROLLBACK');
});

test('paths follow inserts in any order, moves of whole branches, deletions and several moves in one statement', async () => {
  const one = await treeOf('closure');
  const { session, texts } = one;
  await session.query(
    `INSERT INTO categories (id, name, parent_id) OVERRIDING SYSTEM VALUE VALUES (5, 'e', 4), (4, 'd', 3), (3, 'c', NULL), (2, 'b', 1), (1, 'a', NULL), (6, 'f', 5)`,
  );
  expect(await wrongPaths(one)).toBe(0);
  expect(await texts('SELECT max(depth) FROM category_paths')).toEqual(['3']);
  await session.query('UPDATE categories SET parent_id = 2 WHERE id = 4');
  expect(await wrongPaths(one)).toBe(0);
  expect(await texts('SELECT count(*) FROM category_paths WHERE ancestor_id = 1')).toEqual(['5']);
  await session.query(
    'UPDATE categories SET parent_id = CASE id WHEN 4 THEN 3 WHEN 5 THEN 1 WHEN 6 THEN NULL END WHERE id IN (4, 5, 6)',
  );
  expect(await wrongPaths(one)).toBe(0);
  await session.query('UPDATE categories SET parent_id = 4 WHERE id = 1');
  await session.query('DELETE FROM categories WHERE id = 4');
  expect(await wrongPaths(one)).toBe(0);
});

test('paths stay right while sessions insert and move at once', async () => {
  const one = await treeOf('closure');
  await one.session.query(`INSERT INTO categories (name) SELECT 'n' || n FROM generate_series(1, 30) AS n`);
  const refused: string[] = [];
  await Promise.all(
    Array.from({ length: 4 }, async (_, writer) => {
      const session = await another(one);
      for (let i = 0; i < 25; i++) {
        const [a, b] = [1 + ((writer * 7 + i * 11) % 30), 1 + ((writer * 13 + i * 5) % 30)];
        const sql =
          i % 3 === 2
            ? `INSERT INTO categories (name, parent_id) VALUES ('w${writer} ${i}', ${b})`
            : `UPDATE categories SET parent_id = ${b} WHERE id = ${a}`;
        const result = await failure(session.query(sql));
        if (result !== 'ok') refused.push(result);
      }
    }),
  );
  expect(new Set(refused)).toEqual(new Set(['categories_parent_circle']));
  expect(await wrongPaths(one)).toBe(0);
});

test('a table that exists gets a path for each of its rows, in the transaction of the triggers', async () => {
  const one = await made(
    `
change: { kind: alter }
entities:
  E1 Category: { table: categories, fields: { name: { type: text, required: true } } }
relations:
  L1: { from: E1, to: E1, name: parent, tree: closure }`,
    `CREATE TABLE categories (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
     INSERT INTO categories (name) VALUES ('a'), ('b'), ('c')`,
  );
  expect(await one.texts('SELECT count(*) FROM category_paths')).toEqual(['3']);
  expect(one.design.wishes.filter(({ joined }) => joined).map(({ sql }) => sql.split('\n')[0])).toEqual([
    'CREATE TRIGGER category_paths_move',
    'INSERT INTO category_paths (ancestor_id, descendant_id, depth)',
  ]);
  await one.session.query('UPDATE categories SET parent_id = 1 WHERE id = 3');
  expect(await wrongPaths(one)).toBe(0);
});

test('a query that climbs the tree is told what a closure would bring', async () => {
  const one = await made(`
entities:
  E1 Category: { fields: { name: { type: text } } }
relations:
  L1: { from: E1, to: E1, name: parent, tree: adjacency }
access:
  Q1: { says: Everything above, sql: "WITH RECURSIVE up AS (SELECT * FROM categories WHERE id = :id UNION ALL SELECT c.* FROM categories c JOIN up ON c.id = up.parent_id) SELECT * FROM up" }`);
  expect(one.design.choices.find(({ chosen }) => chosen.includes('tree: closure'))?.claims).toEqual([
    'L1',
    'Q1',
  ]);
});
