/** Changes run in order, once, and every refusal says what to type next. */
import { describe, expect, test } from 'vitest';
import { rollback } from '../../src/runner/rollback.ts';
import { failing, folder, ground } from './ground.ts';

const users = 'CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text);';

describe('plain files', () => {
  test('run once, in order, and go back', async () => {
    const files = folder({
      '001_users.sql': users,
      '001_users.down.sql': 'DROP TABLE users;',
      '002_city.sql':
        'ALTER TABLE users ADD COLUMN city text;\nCREATE INDEX CONCURRENTLY users_city ON users (city);',
      '002_city.down.sql': 'DROP INDEX CONCURRENTLY users_city;\r\nALTER TABLE users DROP COLUMN city;\r\n',
    });
    const db = await ground();
    const first = await db.run(files.path);
    expect(first.ran.map(({ change, complete, steps }) => [change, complete, steps.length])).toEqual([
      ['001_users', true, 1],
      ['002_city', true, 2],
    ]);
    expect((await db.run(files.path)).ran).toEqual([]);
    expect(await db.states(files.path)).toEqual(['001_users done', '002_city done']);

    const back = await rollback({ ...db.options(files.path), count: 1 });
    expect(back.ran.map(({ change }) => change)).toEqual(['002_city']);
    expect(await db.states(files.path)).toEqual(['001_users done', '002_city pending']);
    expect(await db.value(`SELECT count(*) FROM pg_class WHERE relname = 'users_city'`)).toBe(0);

    await db.run(files.path);
    await rollback({ ...db.options(files.path), count: 1, to: '001_users' });
    expect(await db.states(files.path)).toEqual(['001_users done', '002_city pending']);
    await db.run(files.path);
    await rollback({ ...db.options(files.path), count: 2 });
    expect(await db.value(`SELECT to_regclass('users') IS NULL`)).toBe(true);
  });

  test('line endings, a byte order mark and blank lines at the end are not an edit', async () => {
    const files = folder({ '1_a.sql': `${users}\nSELECT 1;\n` });
    const db = await ground();
    await db.run(files.path);
    files.write('1_a.sql', `\uFEFF${users}\r\nSELECT 1;\r\n\r\n\r\n`);
    expect((await db.run(files.path)).ran).toEqual([]);
  });

  test('a file may hold its own transactions', async () => {
    const files = folder({
      '1_a.sql': `BEGIN; ${users} COMMIT; BEGIN; INSERT INTO users (email) VALUES ('a'); SAVEPOINT s; COMMIT;`,
    });
    const db = await ground();
    await db.run(files.path);
    expect(await db.value(`SELECT count(DISTINCT transaction) FROM dbd.history WHERE kind = 'done'`)).toBe(2);
    for (const [text, says] of [
      ['BEGIN; SELECT 1;', /does not commit/],
      ['BEGIN; SELECT 1; ROLLBACK;', /rolls its own transaction back/],
      ['BEGIN; CREATE INDEX CONCURRENTLY i ON users (email); COMMIT;', /between BEGIN and COMMIT/],
      ["COPY users TO PROGRAM 'cat';", /./],
    ] as const) {
      files.write('2_b.sql', text);
      const error = await failing(db.run(files.path));
      expect(['runner.files', 'sql.refused']).toContain(error.code);
      expect(error.message).toMatch(says);
    }
  });
});

describe('a step that fails half way', () => {
  test('leaves what its transaction did not hold, names itself, and goes on when it is mended', async () => {
    const files = folder({ '1_a.sql': users });
    files.change('20261120T0915-b', [
      { sql: 'CREATE TABLE b (id int)' },
      { sql: 'CREATE TABLE c (id int)', transaction: 9 },
      { sql: 'INSERT INTO nowhere VALUES (1)', transaction: 9 },
    ]);
    const db = await ground();
    const error = await failing(db.run(files.path));
    expect(error).toMatchObject({ code: 'sql.failed' });
    expect(error.message).toMatch(/up\/01-expand\.sql, step c3: relation "nowhere" does not exist/);
    expect(await db.value(`SELECT to_regclass('b') IS NOT NULL AND to_regclass('c') IS NULL`)).toBe(true);
    expect(await db.states(files.path)).toEqual(['1_a done', '20261120T0915-b partly']);
    expect(
      (
        await db.session.query('SELECT kind, step FROM dbd.history WHERE change = $1 ORDER BY id', [
          '20261120T0915-b',
        ])
      ).rows,
    ).toEqual([
      { kind: 'begun', step: null },
      { kind: 'done', step: 'c1' },
      { kind: 'failed', step: 'c2' },
      { kind: 'failed', step: 'c3' },
    ]);

    // The step that failed may be edited; the one that ran may not.
    files.change('20261120T0915-b', [
      { sql: 'CREATE TABLE b (id bigint)' },
      { sql: 'CREATE TABLE c (id int)', transaction: 9 },
      { sql: 'INSERT INTO c VALUES (1)', transaction: 9 },
    ]);
    expect(await failing(db.run(files.path))).toMatchObject({ code: 'runner.changed' });
    files.change('20261120T0915-b', [
      { sql: 'CREATE TABLE b (id int)' },
      { sql: 'CREATE TABLE c (id int)', transaction: 9 },
      { sql: 'INSERT INTO c VALUES (1)', transaction: 9 },
    ]);
    const again = await db.run(files.path);
    expect(again.ran[0]?.steps.map(({ step }) => step)).toEqual(['c2', 'c3']);
    expect(await db.states(files.path)).toEqual(['1_a done', '20261120T0915-b done']);
  });

  test('a half change is taken back by its own steps', async () => {
    const files = folder();
    files.change('20261120T0915-b', [
      { sql: 'CREATE TABLE b (id int)', undo: 'DROP TABLE b' },
      {
        sql: 'CREATE INDEX CONCURRENTLY b_id ON b (id)',
        transaction: 'none',
        undo: 'DROP INDEX CONCURRENTLY b_id',
        undoOutside: true,
      },
      { sql: 'SELECT 1 / 0', phase: 'contract' },
    ]);
    const db = await ground();
    expect(await failing(db.run(files.path))).toMatchObject({ code: 'sql.failed' });
    const { ran } = await rollback({ ...db.options(files.path), count: 1 });
    expect(ran[0]?.steps.map(({ sql }) => sql)).toEqual(['DROP INDEX CONCURRENTLY b_id', 'DROP TABLE b']);
    expect(await db.states(files.path)).toEqual(['20261120T0915-b pending']);
  });

  test('a unique index over duplicates leaves no invalid index', async () => {
    const files = folder({
      '1_a.sql': 'CREATE UNIQUE INDEX CONCURRENTLY users_email ON users (email);',
    });
    const db = await ground(`${users} INSERT INTO users (email) VALUES ('a'), ('a')`);
    expect((await failing(db.run(files.path))).message).toMatch(/could not create unique index/);
    expect(await db.value(`SELECT count(*) FROM pg_index WHERE NOT indisvalid`)).toBe(0);
    expect(await db.states(files.path)).toEqual(['1_a partly']);
    await db.session.run(`DELETE FROM users WHERE id = 1`);
    await db.run(files.path);
    expect(await db.value(`SELECT indisvalid FROM pg_index WHERE indexrelid = 'users_email'::regclass`)).toBe(
      true,
    );
  });
});

test('settings of the session are the same for every file, whatever the role or an earlier file set', async () => {
  const files = folder({
    '1_a.sql': `CREATE TABLE seen (path text, zone text, lock text);
      SET search_path = pg_temp; SET timezone = 'Asia/Tokyo'; SET statement_timeout = 1;`,
    '2_b.sql': `INSERT INTO seen SELECT current_setting('search_path'), current_setting('timezone'), current_setting('row_security');`,
  });
  const db = await ground();
  await db.session.run(`ALTER ROLE CURRENT_USER SET timezone = 'America/Lima'`);
  try {
    await db.run(files.path);
    expect((await db.session.query('SELECT * FROM seen')).rows).toEqual([
      { path: expect.stringContaining('public'), zone: 'UTC', lock: 'off' },
    ]);
  } finally {
    await db.session.run('ALTER ROLE CURRENT_USER RESET timezone');
  }
});

test('phases run one by one, and later ones wait for earlier ones', async () => {
  const files = folder();
  files.change('20261120T0915-a', [
    { sql: 'CREATE TABLE a (id int)' },
    { sql: 'INSERT INTO a VALUES (1)', phase: 'backfill' },
    { sql: 'ALTER TABLE a ALTER id SET NOT NULL', phase: 'contract' },
  ]);
  const db = await ground();
  expect((await db.run(files.path, { phase: 'contract' })).ran[0]?.steps).toEqual([]);
  expect((await db.run(files.path, { phase: 'expand' })).ran[0]).toMatchObject({
    complete: false,
    steps: [{ step: 'c1' }],
  });
  expect((await db.run(files.path, { phase: 'backfill' })).ran[0]?.steps).toHaveLength(1);
  expect((await db.run(files.path, { phase: 'contract' })).ran[0]?.complete).toBe(true);
  expect(await db.states(files.path)).toEqual(['20261120T0915-a done']);
});
