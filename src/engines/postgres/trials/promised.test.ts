import { beforeAll, expect, test } from 'vitest';
import type { Catalog, Column, Constraint, Table, View } from '../../../catalog/model.ts';
import { ready } from '../grammar/parse.ts';
import { promised } from './promised.ts';

beforeAll(() => ready());

const column = (name: string, notNull: boolean): Column => ({
  name,
  position: 1,
  type: 'integer',
  notNull,
  grants: [],
});
const key = (kind: Constraint['kind'], columns: readonly string[]): Constraint => ({
  name: 'k',
  kind,
  columns,
  definition: '',
  validated: true,
  deferrable: false,
  deferred: false,
  enforced: true,
});
const table = (name: string, columns: readonly Column[], constraints: readonly Constraint[]): Table => ({
  schema: 'public',
  name,
  kind: 'table',
  owner: 'o',
  unlogged: false,
  columns,
  constraints,
  indexes: [],
  triggers: [],
  policies: [],
  rowSecurity: 'off',
  grants: [],
  inherits: [],
  options: [],
  replicaIdentity: 'default',
});
const view: View = {
  schema: 'public',
  name: 'newest',
  owner: 'o',
  materialized: false,
  definition: 'SELECT id FROM t ORDER BY a LIMIT 3',
  columns: [],
  options: [],
  indexes: [],
  triggers: [],
  grants: [],
};
const catalog: Catalog = {
  engine: 'postgres',
  version: '18',
  schemas: [],
  extensions: [],
  tables: [
    table(
      't',
      [column('id', true), column('a', false), column('u', false)],
      [key('primary', ['id']), key('unique', ['u'])],
    ),
    table('s', [column('id', true), column('t_id', true)], [key('primary', ['id'])]),
  ],
  views: [view],
  routines: [
    {
      schema: 'public',
      name: 'drawn',
      kind: 'function',
      arguments: '',
      definition: 'CREATE FUNCTION drawn() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
      owner: 'o',
      grants: [],
    },
  ],
  types: [],
  sequences: [],
};

test.each([
  ['SELECT id FROM t ORDER BY id LIMIT 3', 'total', []],
  ['SELECT * FROM t ORDER BY a DESC, id LIMIT 3', 'total', []],
  ['SELECT a, id AS n FROM t ORDER BY 1, n LIMIT 3', 'total', []],
  ['SELECT DISTINCT a FROM t ORDER BY a LIMIT 3', 'total', []],
  ['SELECT a, count(*) FROM t GROUP BY a ORDER BY 2, a LIMIT 3', 'total', []],
  ['SELECT x.a FROM t x JOIN s ON s.t_id = x.id ORDER BY s.id, x.id LIMIT 3', 'total', []],
  ['SELECT id FROM t', 'none', []],
  ['SELECT id FROM t LIMIT 3', 'none', ['LIMIT without a total order']],
  ['SELECT id FROM t ORDER BY a LIMIT 3', 'partial', ['LIMIT without a total order']],
  // A unique column that may be null does not keep its nulls apart.
  ['SELECT id FROM t ORDER BY u OFFSET 3', 'partial', ['LIMIT without a total order']],
  [
    'SELECT x.a FROM t x JOIN s ON s.t_id = x.id ORDER BY x.id LIMIT 3',
    'partial',
    ['LIMIT without a total order'],
  ],
  ['SELECT a, count(*) FROM t GROUP BY a ORDER BY 2 LIMIT 3', 'partial', ['LIMIT without a total order']],
  ['SELECT count(*) FROM (SELECT id FROM t LIMIT 3) q', 'none', ['LIMIT without a total order']],
  ['(SELECT id FROM t LIMIT 3) UNION ALL SELECT 1', 'none', ['LIMIT without a total order']],
  ['SELECT id FROM newest', 'none', ['LIMIT without a total order']],
  ['SELECT DISTINCT ON (a) a, id FROM t ORDER BY a', 'partial', ['DISTINCT ON without a total order']],
  ['SELECT DISTINCT ON (a) a, id FROM t ORDER BY a, id', 'total', []],
  ["SELECT string_agg(a::text, ',') FROM t", 'none', ['string_agg() without an order']],
  ["SELECT string_agg(a::text, ',' ORDER BY id) FROM t", 'none', []],
  ['SELECT row_number() OVER (ORDER BY a) FROM t', 'none', ['row_number() over an order that may have ties']],
] as const)('%s', (sql, order, open) => {
  expect(promised(sql, catalog)).toEqual({ order, open, volatile: [] });
});

test('functions whose value changes are named, the task’s own by their definition', () => {
  expect(promised('SELECT random(), lower(a::text), drawn(), current_date FROM t', catalog).volatile).toEqual(
    ['random()', 'drawn()', 'current_date'],
  );
});
