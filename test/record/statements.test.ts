import type pg from 'pg';
import { expect, test } from 'vitest';
import { locksOf, recording } from './recording.ts';

const users = `CREATE TABLE users (id int PRIMARY KEY, name text); INSERT INTO users SELECT i, 'u' || i FROM generate_series(1, 1000) i;`;

test('a simple statement that is its own transaction: locks are read before its commit', async () => {
  const { client, find } = await recording({ sql: users });
  const c = await client({ application_name: 'tool' });
  await c.query('ALTER TABLE users ADD COLUMN age int');
  const [alter] = find(/ADD COLUMN/);
  expect(alter).toMatchObject({
    kind: 'AlterTableStmt',
    session: 1,
    application: 'tool',
    sampled: false,
    rewrites: [],
  });
  expect(alter!.transaction).toBeUndefined();
  expect(locksOf(alter)).toContain('public.users ACCESS EXCLUSIVE');
  expect(alter!.walBytes).toBeGreaterThan(0);
});

test('a rewrite is seen, in simple and in extended protocol', async () => {
  const { client, find } = await recording({ sql: users });
  const c = await client();
  await c.query('ALTER TABLE users ALTER COLUMN id TYPE bigint');
  await c.query({
    text: 'ALTER TABLE users ALTER COLUMN name TYPE varchar(40)',
    values: [],
    queryMode: 'extended',
  } as pg.QueryConfig);
  expect(find(/bigint/)[0]!.rewrites).toEqual(['public.users']);
  expect(find(/varchar/)[0]!.rewrites).toEqual(['public.users']);
  expect(find(/varchar/)[0]!.sampled).toBe(false);
});

test('several statements in one simple query are one transaction, each with its own locks', async () => {
  const { client, find, proxy } = await recording({ sql: users });
  const c = await client();
  const results = (await c.query(`CREATE TABLE a (id int);  -- first
    INSERT INTO a VALUES (1), (2); SELECT * FROM a ORDER BY id; UPDATE users SET name = 'x' WHERE id < 4;`)) as unknown as {
    command: string;
    rowCount: number;
    rows: unknown[];
  }[];
  expect(results.map((result) => [result.command, result.rowCount])).toEqual([
    ['CREATE', null],
    ['INSERT', 2],
    ['SELECT', 2],
    ['UPDATE', 3],
  ]);
  expect(results[2]!.rows).toEqual([{ id: 1 }, { id: 2 }]);
  expect(proxy.statements().map((statement) => statement.rows)).toEqual([undefined, 2, 2, 3]);
  expect(new Set(proxy.statements().map((statement) => statement.transaction))).toEqual(new Set([1]));
  expect(locksOf(find(/^INSERT/)[0])).not.toContain('public.users ROW EXCLUSIVE');
  expect(locksOf(find(/^UPDATE/)[0])).toContain('public.users ROW EXCLUSIVE');
});

test('an error in the middle of a batch takes the whole batch back and points at the right place', async () => {
  const { client, find } = await recording({ sql: users });
  const c = await client();
  const text = `INSERT INTO users VALUES (2001, 'ä'); SELECT nope FROM users; INSERT INTO users VALUES (2002, 'b')`;
  await expect(c.query(text)).rejects.toMatchObject({
    code: '42703',
    position: String(text.indexOf('nope') + 1),
  });
  expect((await c.query('SELECT count(*)::int AS n FROM users')).rows).toEqual([{ n: 1000 }]);
  expect(find(/nope/)[0]!.error).toMatchObject({ sqlstate: '42703' });
  expect(find(/2002/)).toEqual([]);
});

test('explicit transactions and savepoints keep their numbers and states', async () => {
  const { client, find, proxy } = await recording({ sql: users });
  const c = await client();
  await c.query('BEGIN');
  await c.query('LOCK TABLE users IN SHARE MODE');
  await c.query('SAVEPOINT s');
  await expect(c.query('SELECT 1/0')).rejects.toMatchObject({ code: '22012' });
  await expect(c.query('SELECT 1')).rejects.toMatchObject({ code: '25P02' });
  await c.query('ROLLBACK TO SAVEPOINT s');
  await c.query('UPDATE users SET name = $1 WHERE id = $2', ['z', 1]);
  await c.query('COMMIT');
  await c.query('BEGIN; SELECT 1; COMMIT; SELECT 2');
  expect((await c.query('SELECT name FROM users WHERE id = 1')).rows).toEqual([{ name: 'z' }]);
  expect(locksOf(find(/^LOCK/)[0])).toEqual(['public.users SHARE']);
  expect(proxy.statements().map((statement) => statement.transaction)).toEqual([
    1,
    1,
    1,
    1,
    1,
    1,
    1,
    1,
    2,
    2,
    2,
    2,
    undefined,
  ]);
  expect(find(/1\/0/)[0]!.error).toMatchObject({ sqlstate: '22012' });
});

test('statements that run outside transactions are passed on and sampled', async () => {
  const { client, find } = await recording({
    sql: `${users} INSERT INTO users SELECT i, 'v' FROM generate_series(1001, 200000) i;`,
  });
  const c = await client();
  await c.query('CREATE INDEX CONCURRENTLY users_name ON users (name)');
  await c.query({ text: 'VACUUM users', values: [], queryMode: 'extended' } as pg.QueryConfig);
  const [index] = find(/CONCURRENTLY/);
  expect(index).toMatchObject({ sampled: true });
  expect(locksOf(index)).toContain('public.users SHARE UPDATE EXCLUSIVE');
  expect(find(/VACUUM/)[0]).toMatchObject({ sampled: true });
  expect(find(/VACUUM/)[0]!.error).toBeUndefined();
});

test('refused statements never reach the server and fail their transaction', async () => {
  const { client, find, direct } = await recording({ sql: users });
  const c = await client();
  await expect(c.query(`COPY users TO PROGRAM 'true'`)).rejects.toMatchObject({
    code: '42501',
    severity: 'ERROR',
  });
  await c.query('BEGIN');
  await expect(
    c.query({
      text: 'ALTER SYSTEM SET work_mem = $$1MB$$',
      values: [],
      queryMode: 'extended',
    } as pg.QueryConfig),
  ).rejects.toMatchObject({ code: '42501' });
  await expect(c.query('SELECT 1')).rejects.toMatchObject({ code: '25P02' });
  await c.query('ROLLBACK');
  await expect(
    c.query('INSERT INTO users VALUES (5000); ALTER SYSTEM SET work_mem = 1'),
  ).rejects.toMatchObject({ code: '42501' });
  expect((await c.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  expect(find(/PROGRAM|SYSTEM/).map((statement) => [statement.refused, statement.error?.sqlstate])).toEqual([
    [true, '42501'],
    [true, '42501'],
    [true, '42501'],
  ]);
  const d = await direct();
  expect((await d.query('SELECT count(*)::int AS n FROM users WHERE id = 5000')).rows).toEqual([{ n: 0 }]);
});

test('storage that changes without a message shows after the commit', async () => {
  const { client, find } = await recording({ sql: users });
  const c = await client();
  await c.query('BEGIN');
  await c.query('TRUNCATE users');
  await c.query('COMMIT');
  expect(find(/TRUNCATE/)[0]!.rewrites).toEqual(['public.users']);
});

test('what fails only at its commit is the error of the last statement', async () => {
  const { client, find } = await recording({
    sql: `${users} ALTER TABLE users ADD parent int REFERENCES users DEFERRABLE INITIALLY DEFERRED;`,
  });
  const c = await client();
  await expect(c.query('UPDATE users SET parent = 99999 WHERE id = 1')).rejects.toMatchObject({
    code: '23503',
  });
  await expect(c.query('UPDATE users SET parent = $1 WHERE id = 2', [99998])).rejects.toMatchObject({
    code: '23503',
  });
  // The client hears of the error a moment before the end of the unit, with which it is written down.
  await expect
    .poll(() => find(/UPDATE/).map((statement) => statement.error?.sqlstate))
    .toEqual(['23503', '23503']);
});

test('before a new transaction the caller may make rows, while nobody is at work', async () => {
  const calls: string[] = [];
  let during = 0;
  const { client, proxy } = await recording({
    sql: users,
    beforeTransaction: async ({ sql }) => {
      calls.push(sql);
      await new Promise((resolve) => setTimeout(resolve, 30));
      during = proxy.activity().running;
    },
  });
  const [c, d] = [await client(), await client()];
  await c.query('SELECT 1');
  await c.query('CREATE TABLE t (id int)');
  await c.query('BEGIN');
  await c.query('INSERT INTO t VALUES (1)');
  await d.query('SELECT 2');
  await c.query('COMMIT');
  await Promise.all([c.query('SELECT 3'), d.query('SELECT 4')]);
  expect(calls).toEqual(['BEGIN', 'SELECT 3']);
  expect(during).toBe(0);
});
