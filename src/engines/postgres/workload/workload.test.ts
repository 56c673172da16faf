import { beforeAll, describe, expect, test } from 'vitest';
import type { Catalog, Table } from '../../../catalog/model.ts';
import { grammar } from '../grammar.ts';
import { places } from './places.ts';
import { pathOf, qualified } from './qualified.ts';
import { runnable } from './runnable.ts';
import { key, pieces, valuesOf } from './texts.ts';

beforeAll(() => grammar.ready());

describe('a counted text becomes one that can be prepared', () => {
  test.each([
    ['SELECT interval $1', 'SELECT CAST($1 AS interval)'],
    [`SELECT a - interval $1 day FROM t`, 'SELECT a - CAST($1 AS interval) FROM t'],
    [
      'SELECT a FROM t WHERE b < timestamp(3) $1 AND c = $2',
      'SELECT a FROM t WHERE b < CAST($1 AS timestamp(3)) AND c = $2',
    ],
    ['SELECT timestamp with time zone $1', 'SELECT CAST($1 AS timestamp with time zone)'],
    ['SELECT extract($1 FROM at) FROM t', 'SELECT pg_catalog.extract($1 , at) FROM t'],
    [
      'SELECT substring(a FROM $1 FOR $2) FROM t',
      'SELECT substring(a FROM $1::integer FOR $2::integer) FROM t',
    ],
    [
      'SELECT a FROM t WHERE b IN ($1 /*, ... */) AND c NOT IN ($2 /*, ... */)',
      'SELECT a FROM t WHERE b = ANY ($1) AND c <> ALL ($2)',
    ],
    [
      `SELECT 'é', interval $1 FROM "ü" WHERE a = $2;`,
      `SELECT 'é', CAST($1 AS interval) FROM "ü" WHERE a = $2`,
    ],
  ])('%s', (counted, wanted) => expect(runnable(counted)).toMatchObject({ sql: wanted }));

  test('numbers without gaps, and what each of them was', () => {
    expect(runnable('SELECT a FROM t WHERE b = $7 AND c = $3 AND d = $7')).toMatchObject({
      sql: 'SELECT a FROM t WHERE b = $1 AND c = $2 AND d = $1',
      takes: [7, 3],
    });
  });

  test('constants that GROUP BY, ORDER BY and DISTINCT share with the output are told', () => {
    expect(
      runnable(
        `SELECT date_trunc($1, at) || $2, count(*) FROM t WHERE x = $3 GROUP BY date_trunc('day', at) HAVING date_trunc($4, at) < $5`,
      ),
    ).toMatchObject({
      sql: `SELECT date_trunc('day', at) || $1, count(*) FROM t WHERE x = $2 GROUP BY date_trunc('day', at) HAVING date_trunc('day', at) < $3`,
      takes: [2, 3, 5],
    });
    expect(runnable('SELECT DISTINCT a + $1 FROM t ORDER BY a + -3')).toMatchObject({
      sql: 'SELECT DISTINCT a + -3 FROM t ORDER BY a + -3',
    });
    // Another function is another expression.
    expect(runnable(`SELECT date_part($1, at) FROM t GROUP BY date_trunc('day', at)`)).toMatchObject({
      takes: [1],
    });
  });

  test('a bare number before a unit keeps the unit', () => {
    expect(runnable('SELECT interval $1 day, interval $2 day to second')).toMatchObject({
      units: { 1: 'day' },
    });
  });
});

describe('places of parameters', () => {
  test.each([
    [
      'SELECT 1 FROM a JOIN b ON a.x = b.y WHERE b.z >= $1 AND $2 > b.z',
      [
        ['b', 'z', 'range', 'lower'],
        ['b', 'z', 'range', 'upper'],
      ],
    ],
    [
      'SELECT 1 FROM s.t WHERE q BETWEEN $1 AND $2',
      [
        ['s.t', 'q', 'range', 'lower'],
        ['s.t', 'q', 'range', 'upper'],
      ],
    ],
    [
      'UPDATE t SET a = $1 WHERE b = $2',
      [
        ['t', 'a', 'set', undefined],
        ['t', 'b', 'equal', undefined],
      ],
    ],
    [
      'INSERT INTO t VALUES ($1, $2)',
      [
        ['t', 1, 'set', undefined],
        ['t', 2, 'set', undefined],
      ],
    ],
    [
      'SELECT 1 FROM t WHERE a LIKE $1 AND b = ANY($2)',
      [
        ['t', 'a', 'like', undefined],
        ['t', 'b', 'in', undefined],
      ],
    ],
  ])('%s', (sql, wanted) => {
    expect(
      places(sql).map(({ tables, column, operator, end }) => [tables?.[0], column, operator, end]),
    ).toEqual(wanted);
  });

  test('limits, and what meets nothing', () => {
    expect(places('SELECT $1 FROM t LIMIT $2 OFFSET $3').map(({ kind }) => kind)).toEqual([
      'other',
      'limit',
      'offset',
    ]);
  });
});

describe('texts and their values', () => {
  const values = (counted: string, sql: string, parameters: readonly (string | null)[] = []) =>
    valuesOf(counted, { sql, parameters });

  test('one key for all values, blanks, comments and case', () => {
    expect(key(`select *  from "t" -- x\n where a = 'b' and c in (1, 2,3);`)).toBe(
      key('SELECT * FROM t WHERE a = $1 AND c IN ($2 /*, ... */)'),
    );
    expect(key('SELECT a - 5 FROM t WHERE b = -5')).toBe(key('SELECT a - $1 FROM t WHERE b = $2'));
    expect(key('SELECT a FROM t')).not.toBe(key('SELECT b FROM t'));
    expect(key('SELECT * FROM "T"')).not.toBe(key('SELECT * FROM t'));
  });

  test('constants in their order, whatever they are written as', () => {
    expect(
      values(
        'SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9',
        `SELECT 'it''s', E'a\\nb\\'', $x$d$x$, -1.5, 1_000, NULL, true, U&'\\00e9', $1`,
        ['sent'],
      ),
    ).toEqual(["it's", "a\nb'", 'd', '-1.5', '1000', null, 'true', 'é', 'sent']);
    expect(values('SELECT a FROM t WHERE b = -$1', 'SELECT a FROM t WHERE b = -7')).toEqual(['7']);
    expect(
      values(
        'SELECT a FROM t WHERE b IN ($1 /*, ... */) LIMIT $2',
        `SELECT a FROM t WHERE b IN ('x', 'y"z') LIMIT 3`,
      ),
    ).toEqual(['{x,"y\\"z"}', '3']);
    expect(values('SELECT extract($1 FROM at)', 'SELECT EXTRACT(Year FROM at)')).toEqual(['year']);
  });

  test('texts that do not fit each other, or values that were not sent, give none', () => {
    expect(values('SELECT a FROM t WHERE b = $1', 'SELECT a FROM t WHERE c = 1')).toBeUndefined();
    expect(values('SELECT a FROM t WHERE b = $1', 'SELECT a FROM t WHERE b = 1 AND c = 2')).toBeUndefined();
    expect(values('SELECT a FROM t WHERE b = $1', 'SELECT a FROM t WHERE b = $1')).toBeUndefined();
  });

  test('statements that were sent at once are told apart', () => {
    expect(pieces(`BEGIN; SELECT ';' -- ;\n; /* ; */ COMMIT;`)).toEqual([
      'BEGIN',
      `SELECT ';' -- ;`,
      '/* ; */ COMMIT',
    ]);
    expect(pieces(' ; ')).toEqual([]);
    expect(pieces('SELECT 1; -- nothing; here\n /* ; */ ; SELECT $a$;$a$')).toEqual([
      'SELECT 1',
      'SELECT $a$;$a$',
    ]);
  });
});

test('tables are found where the search path of the role found them', () => {
  const table = (schema: string, name: string): Table => ({ schema, name }) as Table;
  const catalog = {
    tables: [
      table('My App', 'jobs'),
      table('public', 'jobs'),
      table('public', 'users'),
      table('late', 'users'),
    ],
    views: [],
  } as unknown as Catalog;
  const path = pathOf(`"$user", "My App", public, late`, 'worker');
  expect(path).toEqual(['worker', 'My App', 'public', 'late']);
  expect(
    qualified(
      `WITH w AS (SELECT 'ü' FROM jobs) UPDATE jobs SET a = users.b FROM users, w, late.users u WHERE jobs.id = $1`,
      path,
      catalog,
    ),
  ).toBe(
    `WITH w AS (SELECT 'ü' FROM "My App".jobs) UPDATE "My App".jobs SET a = users.b FROM users, w, late.users u WHERE jobs.id = $1`,
  );
  expect(qualified('SELECT * FROM jobs', ['public', 'My App'], catalog)).toBe('SELECT * FROM jobs');
});
