import { expect, test } from 'vitest';
import { rehearseFiles, type FilesRehearsal, type RehearsalOptions } from '../../src/rehearse/rehearse.ts';
import type { SqlFile } from '../../src/rehearse/files.ts';
import { testSandbox } from '../support/database.ts';
import { postgres, shop, workload } from './shop.ts';

async function rehearse(
  files: readonly SqlFile[],
  more: {
    readonly down?: readonly SqlFile[];
    readonly limitMs?: number;
    readonly loadMs?: number;
    readonly load?: RehearsalOptions['load'];
  } = {},
): Promise<FilesRehearsal> {
  return rehearseFiles({
    engine: postgres,
    sandbox: await testSandbox(),
    base: await shop(),
    files,
    workload,
    load: false,
    emit: () => undefined,
    signal: new AbortController().signal,
    seed: 1,
    ...more,
  });
}

const file = (sql: string, path = 'a.sql'): SqlFile => ({ path, sql });

test('statements run one by one, transactions of the file are kept, concurrent builds stand outside', async () => {
  const seen = await rehearse([
    file(`
      -- a first statement
      ALTER TABLE orders ADD COLUMN channel text;
      BEGIN;
      CREATE TABLE visits (id int PRIMARY KEY, order_id int REFERENCES orders);
      SAVEPOINT s;
      INSERT INTO visits VALUES (1, 1);
      ROLLBACK TO SAVEPOINT s;
      COMMIT;
      CREATE INDEX CONCURRENTLY orders_total ON orders (total);
    `),
    file(
      `DO $$ BEGIN UPDATE orders SET channel = 'web' WHERE id <= 5; COMMIT; END $$; TRUNCATE visits;`,
      'b.sql',
    ),
  ]);
  expect(seen.upFailed).toBeUndefined();
  const told = seen.statements.map((run) => [
    run.origin,
    run.transaction,
    run.sampled,
    run.sql.trim().split('\n').at(-1)!.trim().slice(0, 24),
  ]);
  expect(told).toEqual([
    ['a.sql', 1, false, 'ALTER TABLE orders ADD C'],
    ['a.sql', 2, false, 'CREATE TABLE visits (id '],
    ['a.sql', 2, false, 'SAVEPOINT s'],
    ['a.sql', 2, false, 'INSERT INTO visits VALUE'],
    ['a.sql', 2, false, 'ROLLBACK TO SAVEPOINT s'],
    ['a.sql', undefined, true, 'CREATE INDEX CONCURRENTL'],
    ['b.sql', undefined, true, 'DO $$ BEGIN UPDATE order'],
    ['b.sql', expect.any(Number), false, 'TRUNCATE visits'],
  ]);
  expect(seen.statements[1]!.locks).toContainEqual({
    relation: 'public.orders',
    mode: 'SHARE ROW EXCLUSIVE',
  });
  expect(seen.statements.at(-1)!.rewrites).toEqual(['public.visits']);
  expect(seen.compatibility.some((run) => run.phase === 'b.sql')).toBe(true);
});

test('without down files the way back is derived and tried', async () => {
  const seen = await rehearse([
    file('ALTER TABLE orders ADD COLUMN channel text; CREATE INDEX orders_note ON orders (note);'),
  ]);
  expect(seen.derivedDown!.join('\n')).toMatch(/DROP COLUMN/i);
  expect(seen.downFailed).toBeUndefined();
  expect(seen.roundTrip!.afterDown).toEqual([]);
  expect(seen.roundTrip!.afterSecondUp).toEqual([]);
  expect(seen.roundTrip!.rows.every((row) => row.equal)).toBe(true);
});

test('a dropped column comes back without its values, and that is told', async () => {
  const seen = await rehearse([file('ALTER TABLE orders DROP COLUMN note')]);
  expect(seen.roundTrip!.rows.find((row) => row.table === 'public.orders')).toMatchObject({
    equal: false,
    lost: ['note'],
  });
});

test('given down files are used', async () => {
  const seen = await rehearse([file('ALTER TABLE orders ADD COLUMN a int')], {
    down: [file('ALTER TABLE orders DROP COLUMN wrong', 'down.sql')],
  });
  expect(seen.derivedDown).toBeUndefined();
  expect(seen.downFailed!.message).toContain('down.sql');
  expect(seen.roundTrip).toBeUndefined();
});

test('a failing statement ends the files; what was committed before it is told', async () => {
  const seen = await rehearse([
    file('CREATE TABLE kept (id int); BEGIN; CREATE TABLE gone (id int); SELECT 1 / 0; COMMIT;'),
    file('CREATE TABLE never (id int)', 'b.sql'),
  ]);
  expect(seen.upFailed).toMatchObject({ code: 'sql.failed', fields: { sqlstate: '22012' } });
  expect(seen.upFailed!.message).toMatch(/^a\.sql: /);
  expect(seen.statements.map((run) => run.error?.sqlstate)).toEqual([undefined, undefined, '22012']);
  expect(seen.leftBehind.map((difference) => difference.path)).toEqual(['table public.kept']);
});

test('text that is not SQL is told with its file', async () => {
  const seen = await rehearse([file('CREATE TABLE t (id int); ALTER TABEL t')]);
  expect(seen.upFailed).toMatchObject({ code: 'sql.syntax' });
  expect(seen.leftBehind).toEqual([]);
});

test.each([
  [`COPY orders TO PROGRAM 'cat'`],
  [`SELECT pg_read_file('/etc/passwd')`],
  [`ALTER SYSTEM SET fsync = off`],
  [`SET SESSION AUTHORIZATION postgres`],
  [`CREATE EXTENSION plpython3u`],
])('hostile SQL gets nowhere: %s', async (sql) => {
  const seen = await rehearse([file(sql)]);
  expect(seen.upFailed?.code).toBe('sql.refused');
  expect(seen.leftBehind).toEqual([]);
});

test('an endless loop is cut, even one that lifts its own limits', async () => {
  const seen = await rehearse(
    [file('SET statement_timeout = 0; DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$')],
    { limitMs: 500 },
  );
  expect(seen.upFailed?.code).toBe('sql.timeout');
});

test('many short statements are cut as well as one long one', async () => {
  const seen = await rehearse([file('SELECT pg_sleep(0.01);'.repeat(500))], { limitMs: 300 });
  expect(seen.upFailed?.code).toBe('sql.timeout');
  expect(seen.statements.length).toBeLessThan(100);
});

test('a loop that catches the cancel is given up', async () => {
  const sql = `DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(1); EXCEPTION WHEN query_canceled THEN NULL; END; END LOOP; END $$`;
  const seen = await rehearse([file(sql)], { limitMs: 200 });
  expect(seen.upFailed?.code).toBe('sql.timeout');
  expect(seen.leftBehind).toEqual([]);
});

test('naive files are felt by the application: everyone waits for the reader that the ALTER waits for', async () => {
  const seen = await rehearse([file('ALTER TABLE orders ADD COLUMN channel text')], {
    loadMs: 300,
    load: { readerMs: 400 },
  });
  const stall = seen.underLoad!.stalls.find((one) => one.query === 'order by key')!;
  const untouched = seen.underLoad!.stalls.find((one) => one.query === 'customer by key')!;
  expect(stall.during).toContain('ADD COLUMN channel');
  expect(stall.ms).toBeGreaterThan(untouched.ms);
  expect(seen.loadedStatements).toHaveLength(1);
});
