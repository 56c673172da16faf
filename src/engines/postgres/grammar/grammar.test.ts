import { beforeAll, describe, expect, test } from 'vitest';
import { SqlError } from '../../../base/error.ts';
import { grammar } from '../grammar.ts';

beforeAll(() => grammar.ready());

describe('split', () => {
  test('keeps comments with the statement that follows, and counts offsets in characters', () => {
    const sql = "-- größe\nSELECT 'é;';;\n /* ä */ DELETE FROM t ;\n";
    const statements = grammar.split(sql);
    expect(statements.map(({ sql: text, kind }) => [text, kind])).toEqual([
      ["-- größe\nSELECT 'é;'", 'SelectStmt'],
      ['/* ä */ DELETE FROM t', 'DeleteStmt'],
    ]);
    for (const { offset, sql: text } of statements)
      expect(sql.slice(offset, offset + text.length)).toBe(text);
  });

  test('an empty text has no statement', () => {
    expect(grammar.split(' -- nothing\n')).toEqual([]);
    expect(grammar.split('')).toEqual([]);
  });

  test('marks where the text stops making sense, behind letters of several bytes', () => {
    const error = caught(() => grammar.split("SELECT 'ééé' FROM from"));
    expect(error).toMatchObject({ code: 'sql.syntax', fields: { sqlstate: '42601', position: 19 } });
    expect(error.marked).toBe("SELECT 'ééé' FROM from\n                  ^");
  });
});

describe('parameters', () => {
  test.each([
    ['SELECT :a, :b, :a', 'SELECT $1, $2, $1', ['a', 'b']],
    ["SELECT ':a', \":b\", $$:c$$, $x$:d$x$, E'\\':e', x::int -- :f\n/* :g /* :h */ :i */", undefined, []],
    ['SELECT a[1:2], a[x:y], a[:i], b[f(1):n]', 'SELECT a[1:2], a[x:y], a[$1], b[f(1):n]', ['i']],
    ['SELECT :größe::numeric', 'SELECT $1::numeric', ['größe']],
    ['CALL p(x := 3)', undefined, []],
    ['SELECT $2, $1', undefined, ['1', '2']],
  ] as const)('%s', (sql, expected, names) => {
    expect(grammar.parameters(sql)).toEqual({ sql: expected ?? sql, names });
  });

  test('a mixture of named and numbered ones is refused', () => {
    expect(caught(() => grammar.parameters('SELECT :a, $1')).code).toBe('sql.syntax');
  });

  test('positions of errors count in the text as written', () => {
    expect(caught(() => grammar.shape('SELECT * FROM t WHERE é = :a_long_name AND')).fields.position).toBe(
      43,
    );
  });
});

describe('refusal', () => {
  test.each([
    ["COPY t TO PROGRAM 'id'", /shell command/],
    ["COPY t FROM '/etc/passwd'", /files of the server/],
    ['ALTER SYSTEM SET fsync = off', /the server/],
    ['SET ROLE postgres', /rights/],
    ['SET SESSION AUTHORIZATION postgres', /rights/],
    ['SET LOCAL session_replication_role = replica', /triggers/],
    ['CREATE ROLE r SUPERUSER', /Roles/],
    ['DROP DATABASE d', /one database/],
    ["LOAD 'x'", /code/],
    ['CREATE EXTENSION dblink', /list/],
    ["CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'x', 'y'", /language c/],
    ["DO LANGUAGE plpython3u 'pass'", /plpython3u/],
    ["CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p", /connect/],
    ["SELECT pg_read_file('/etc/passwd')", /pg_read_file/],
    ["DO $$ BEGIN PERFORM pg_read_file('x'); END $$", /pg_read_file/],
    ["CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $f$ SELECT pg_ls_dir('/') $f$", /pg_ls_dir/],
    ['GRANT postgres TO app', /Membership/],
  ])('%s', (sql, reason) => {
    expect(grammar.refusal(grammar.split(sql)[0]!)).toMatch(reason);
  });

  test.each([
    'CREATE EXTENSION IF NOT EXISTS citext',
    'COPY t FROM STDIN',
    'SET search_path = x',
    'GRANT SELECT ON t TO app',
    "SELECT 'pg_read_file(1)'",
    'CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
  ])('lets %s pass', (sql) => {
    expect(grammar.refusal(grammar.split(sql)[0]!)).toBeUndefined();
  });
});

test.each([
  ['ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES s.c', ['.a', 's.c']],
  ['WITH x AS (DELETE FROM d RETURNING *) INSERT INTO e SELECT * FROM x', ['.e', '.d']],
  ['DROP TABLE x.y, "Z z"', ['x.y', '.Z z']],
  ['TRUNCATE q, r', ['.q', '.r']],
  ['CREATE INDEX ON t (a)', ['.t']],
  ['CREATE TABLE n AS SELECT 1', ['.n']],
  ['COMMENT ON COLUMN s.t.c IS NULL', ['s.t']],
  ['DROP TRIGGER g ON t', ['.t']],
  ['VACUUM t', ['.t']],
  ['SELECT * FROM t', []],
])('%s touches %j', (sql, names) => {
  expect(grammar.touches(grammar.split(sql)[0]!).map(({ schema, name }) => `${schema}.${name}`)).toEqual(
    names,
  );
});

test.each([
  ['CREATE INDEX CONCURRENTLY i ON t (a)', true],
  ['CREATE INDEX i ON t (a)', false],
  ['DROP INDEX CONCURRENTLY i', true],
  ['REINDEX TABLE CONCURRENTLY t', true],
  ['VACUUM t', true],
  ['ANALYZE t', false],
  ['ALTER TABLE p DETACH PARTITION q CONCURRENTLY', true],
  ['DO $$ BEGIN COMMIT; END $$', true],
  ["DO $$ BEGIN RAISE NOTICE 'commit;'; END $$", false],
])('%s outside transactions: %s', (sql, expected) => {
  expect(grammar.outsideTransaction(grammar.split(sql)[0]!)).toBe(expected);
});

function caught(work: () => unknown): SqlError {
  try {
    work();
  } catch (error) {
    if (error instanceof SqlError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
