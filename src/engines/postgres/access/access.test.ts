import { blankTable } from '../../../catalog/blank.ts';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Catalog, Column, Table } from '../../../catalog/model.ts';
import type { AccessCondition } from '../../../engine/access/model.ts';
import { SqlError } from '../../../base/error.ts';
import { ready } from '../grammar/parse.ts';
import { access } from './access.ts';

beforeAll(ready);

function table(name: string, columns: Readonly<Record<string, string>>, schema = 'public'): Table {
  return {
    ...blankTable({ schema, name }),
    columns: Object.entries(columns).map(([column, type], i): Column => ({
      name: column,
      position: i + 1,
      type,
      notNull: false,
      grants: [],
    })),
  };
}

const catalog: Catalog = {
  engine: 'postgres',
  version: '18.0',
  schemas: [],
  extensions: [{ name: 'pg_trgm', schema: 'tools', version: '1.6' }],
  tables: [
    table('users', {
      id: 'bigint',
      email: 'character varying(200)',
      team: 'integer',
      active: 'boolean',
      data: 'jsonb',
      tags: 'text[]',
      made_at: 'timestamp with time zone',
      day: 'date',
      code: 'public.zip',
      raw: 'json',
    }),
    table('posts', { id: 'bigint', author: 'bigint', title: 'text', made_at: 'timestamp with time zone' }),
    table('Odd "T"', { 'a"b': 'integer', select: 'text' }, 'My Schema'),
  ],
  views: [
    {
      schema: 'public',
      name: 'live',
      owner: 'me',
      materialized: false,
      definition: 'SELECT u.id, lower(u.email::text) AS mail, u.team FROM users u WHERE u.active;',
      columns: ['id', 'mail', 'team'].map((name) => ({ name, type: 'text' })),
      options: [],
      indexes: [],
      triggers: [],
      grants: [],
    },
  ],
  routines: [],
  types: [
    {
      schema: 'public',
      name: 'zip',
      kind: 'domain',
      owner: 'me',
      labels: [],
      base: 'text',
      definition: '',
      grants: [],
    },
  ],
  sequences: [],
};

/** Conditions of each use, one line each. */
function said(sql: string): readonly string[] {
  return access
    .of(sql, catalog)
    .flatMap(({ alias, conditions }) => conditions.map((one) => `${alias}: ${line(one)}`));
}

function line({ key, kind, ways, against }: AccessCondition): string {
  const other =
    against.kind === 'parameter'
      ? `$${against.number}`
      : against.kind === 'column'
        ? against.column
        : against.kind === 'constant'
          ? against.sql
          : '…';
  const kinds = ways.map((way) => way.method + (way.class === undefined ? '' : ` ${way.class}`)).join(', ');
  return `${key} ${kind} ${other}${kinds === '' ? '' : ` (${kinds})`}`;
}

describe('uses', () => {
  test('conditions with parameters, constants and casts', () => {
    expect(
      said(
        "SELECT 1 FROM users WHERE team = $1 AND email LIKE 'a%' AND NOT active AND made_at > $2::timestamptz",
      ),
    ).toEqual([
      'users: team equal $1 (btree)',
      "users: email prefix 'a%' (btree varchar_pattern_ops, gin tools.gin_trgm_ops)",
      'users: active equal false (btree)',
      'users: made_at range $2 (btree, brin)',
    ]);
  });

  test('a domain is what it is made of, a type without order has no tree', () => {
    expect(said("SELECT 1 FROM users WHERE code = 'x' AND raw IS NULL")).toEqual([
      "users: code equal 'x' (btree, hash)",
      'users: raw null …',
    ]);
  });

  test('joins tell both sides, USING and NATURAL too', () => {
    const both = ['u: id equal author (btree)', 'p: author equal id (btree)'];
    expect(said('SELECT 1 FROM users u JOIN posts p ON p.author = u.id')).toEqual(both);
    expect(said('SELECT 1 FROM users u, posts p WHERE u.id = p.author')).toEqual(both);
    expect(said('SELECT 1 FROM users u JOIN posts p USING (id)')).toEqual([
      'u: id equal id (btree)',
      'p: id equal id (btree)',
    ]);
    expect(said('SELECT 1 FROM users u NATURAL JOIN posts p').length).toBe(4);
  });

  test('an outer join narrows only the side that may be missing', () => {
    expect(
      said("SELECT 1 FROM users u LEFT JOIN posts p ON p.author = u.id AND u.team = 3 AND p.title = 'x'"),
    ).toEqual([
      'u: id equal author (btree)',
      'p: author equal id (btree)',
      "p: title equal 'x' (btree, hash)",
    ]);
  });

  test('views and subqueries are looked through, down to their expressions', () => {
    const [use] = access.of("SELECT id FROM live WHERE mail = 'x' ORDER BY team DESC LIMIT 3", catalog);
    expect(use).toMatchObject({
      table: { schema: 'public', name: 'users' },
      order: [{ key: 'team', descending: true, nullsFirst: true }],
      limit: true,
    });
    expect(use!.conditions.map(line)).toEqual([
      'active equal true (btree)',
      "lower(email) equal 'x' (btree, hash)",
    ]);
    expect(new Set(use!.reads)).toEqual(new Set(['id', 'active', 'email', 'team']));
  });

  test('what a subquery cuts off is not narrowed from outside', () => {
    expect(said('SELECT 1 FROM (SELECT * FROM users LIMIT 5) u WHERE u.team = 1')).toEqual([]);
    expect(said('SELECT 1 FROM (SELECT team, row_number() OVER () FROM users) u WHERE u.team = 1')).toEqual(
      [],
    );
    expect(said('WITH u AS MATERIALIZED (SELECT * FROM users) SELECT 1 FROM u WHERE team = 1')).toEqual([]);
    expect(said('WITH u AS (SELECT * FROM users) SELECT 1 FROM u WHERE team = 1')).toHaveLength(1);
  });

  test('UNION ALL hands a condition to each branch', () => {
    expect(
      said('SELECT 1 FROM (SELECT id FROM users UNION ALL SELECT author FROM posts) x WHERE x.id = 7'),
    ).toEqual(['users: id equal 7 (btree)', 'posts: author equal 7 (btree)']);
  });

  test('EXISTS and IN look up either side, NOT EXISTS the inner one', () => {
    expect(said('SELECT 1 FROM users u WHERE EXISTS (SELECT FROM posts p WHERE p.author = u.id)')).toEqual([
      'u: id equal author (btree)',
      'p: author equal id (btree)',
    ]);
    expect(said('SELECT 1 FROM users u WHERE id IN (SELECT author FROM posts)')).toHaveLength(2);
    expect(
      said('SELECT 1 FROM users u WHERE NOT EXISTS (SELECT FROM posts p WHERE p.author = u.id)'),
    ).toEqual(['p: author equal id (btree)']);
  });

  test('branches of OR, lists, null tests', () => {
    const [use] = access.of(
      'SELECT 1 FROM users WHERE (team = 1 OR id IN (1, $2)) AND day IS NOT NULL',
      catalog,
    );
    expect(
      use!.branches.map((each) => each.map((branch) => branch.map(({ key, kind }) => `${key} ${kind}`))),
    ).toEqual([[['team equal'], ['id in']]]);
    expect(use!.branches[0]![1]![0]!.list).toEqual(['1', '$2']);
    expect(use!.conditions.map(({ predicate }) => predicate)).toEqual(['day IS NOT NULL']);
  });

  test('documents, arrays and expressions', () => {
    expect(
      said(
        `SELECT 1 FROM users WHERE data @> '{}' AND data ->> 'a' = $1 AND tags && $2 AND data ? 'k' AND (data ->> 'n')::int > 5`,
      ),
    ).toEqual([
      "users: data contains '{}' (gin jsonb_path_ops, gin)",
      "users: (data ->> 'a') equal $1 (btree, hash)",
      'users: tags overlaps $2 (gin)',
      "users: data exists-key 'k' (gin)",
      "users: ((data ->> 'n')::integer) range 5 (btree, brin)",
    ]);
  });

  test('what depends on the session is left out', () => {
    expect(
      said(
        "SELECT 1 FROM users WHERE date_trunc('day', made_at) = $1 AND made_at::date = $2 AND to_char(day, 'YYYY') = '2024' AND day::text = 'x'",
      ),
    ).toEqual([]);
    expect(said("SELECT 1 FROM users WHERE (made_at AT TIME ZONE 'UTC')::date = $1")).toHaveLength(1);
  });

  test('writes tell what they find and set', () => {
    expect(access.of('UPDATE users SET team = 5 WHERE id = $1', catalog)).toMatchObject([
      { does: 'update', writes: ['team'], conditions: [{ key: 'id' }] },
    ]);
    expect(access.of('INSERT INTO posts SELECT * FROM posts WHERE author = 3', catalog)).toMatchObject([
      { does: 'insert', writes: ['*'] },
      { does: 'read', conditions: [{ key: 'author' }] },
    ]);
    expect(
      access.of(
        'MERGE INTO users u USING posts p ON u.id = p.author WHEN MATCHED THEN UPDATE SET team = 1',
        catalog,
      ),
    ).toMatchObject([{ does: 'update', writes: ['team'] }, { does: 'read' }]);
  });

  test('hostile names and tables of other schemas', () => {
    const [use] = access.of('SELECT "select" FROM "My Schema"."Odd ""T""" o WHERE o."a""b" = 1', catalog);
    expect(use).toMatchObject({
      table: { schema: 'My Schema', name: 'Odd "T"' },
      conditions: [{ key: 'a"b' }],
    });
    expect(use!.conditions[0]!.predicate).toBe('"a""b" = 1');
  });

  test.each([
    'SELECT',
    'SELECT * FROM nowhere WHERE a = 1',
    'SELECT (SELECT 1 FROM users u2 WHERE u2.id = u.id) FROM users u',
    'VALUES (1), (2)',
    'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT * FROM r, users WHERE id = n',
    "SELECT x.* FROM users, jsonb_to_recordset(data) AS x(a int) WHERE x.a = 1 AND users.data['k'] = '1'",
    'SELECT * FROM users TABLESAMPLE system (1) WHERE id = 1',
    'SELECT * FROM ROWS FROM (generate_series(1, 3), unnest($1::int[])) AS t(a, b) JOIN users ON id = a',
    'SELECT grouping(team), count(*) FROM users GROUP BY GROUPING SETS ((team), ()) ORDER BY 99',
    'SELECT u FROM users u ORDER BY u',
    'SELECT * FROM (SELECT n + 1 AS n FROM nowhere) a WHERE n = 1',
    `SELECT * FROM ${Array.from({ length: 40 }).reduce<string>((inner) => `(SELECT n + n AS n FROM ${inner} x)`, '(SELECT id AS n FROM users)')} y WHERE n = 1`,
    `WITH ${Array.from({ length: 40 }, (_, i) => `v${i + 1} AS NOT MATERIALIZED (SELECT id FROM v${i} UNION ALL SELECT id FROM v${i})`).join(', ')} SELECT * FROM v40 WHERE id = 1`.replaceAll(
      ' v0',
      ' users',
    ),
    'DELETE FROM users USING posts WHERE author = users.id RETURNING *',
    'CREATE TABLE x AS SELECT * FROM users WHERE id = 1',
    "SELECT * FROM XMLTABLE ('/a' PASSING $1 COLUMNS b int) AS x, users WHERE id = b",
    'LOCK TABLE users',
    'SELECT 1 FROM users a, users b, LATERAL (SELECT * FROM posts WHERE author = a.id AND id = b.id) c',
    'EXPLAIN SELECT * FROM live WHERE id = 1; SELECT 2',
    'SELECT * FROM (users u JOIN posts p ON u.id = p.author) AS j WHERE j.team = 1',
    "SELECT * FROM JSON_TABLE ($1, '$' COLUMNS (a int PATH '$.a')) t, users WHERE id = a",
  ])('nothing is thrown for %s', (sql) => {
    expect(Array.isArray(access.of(sql, catalog))).toBe(true);
  });

  test('a text that does not parse says so', () => {
    expect(() => access.of('SELECT FROM WHERE', catalog)).toThrow(SqlError);
  });
});
