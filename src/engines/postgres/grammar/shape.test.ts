import { beforeAll, expect, test } from 'vitest';
import type { Predicate } from '../../../engine/model.ts';
import { grammar } from '../grammar.ts';

beforeAll(() => grammar.ready());

/** `alias.column operator →parameter =constant joins` */
function brief({ alias, column, operator, parameter, constant, joins }: Predicate): string {
  return [
    `${alias}.${column} ${operator}`,
    parameter && `:${parameter}`,
    constant,
    joins && `${joins.alias}.${joins.column}`,
  ]
    .filter(Boolean)
    .join(' ');
}

test('joins, ranges, lists, and grouping by position', () => {
  const shape = grammar.shape(`
    SELECT u.email, ae.event_type, date_trunc('day', ae.created_at) AS day, count(*) AS events
    FROM analytics_events ae JOIN users u ON u.id = ae.user_id
    WHERE ae.created_at >= now() - interval '30 days' AND ae.event_type IN ('page_view', 'click')
    GROUP BY 1, 2, 3 ORDER BY 3 DESC, 4 DESC LIMIT 100`);
  expect(shape.kind).toBe('read');
  expect(shape.tables).toEqual([
    { table: 'analytics_events', alias: 'ae' },
    { table: 'users', alias: 'u' },
  ]);
  expect(shape.predicates.map(brief)).toEqual([
    'u.id join ae.user_id',
    'ae.user_id join u.id',
    'ae.created_at range',
    'ae.event_type in page_view',
    'ae.event_type in click',
  ]);
  expect(shape.group).toEqual([
    { alias: 'u', column: 'email' },
    { alias: 'ae', column: 'event_type' },
  ]);
  expect(shape.order).toEqual([]);
  expect(shape.limit).toBe(true);
});

test('one table: unqualified columns are its own, parameters meet them', () => {
  const shape = grammar.shape(
    'SELECT * FROM s.events WHERE user_id = :u AND at BETWEEN :from AND :to AND deleted IS NULL ORDER BY at DESC, id LIMIT :n',
  );
  expect(shape.tables).toEqual([{ table: 's.events', alias: 'events' }]);
  expect(shape.predicates.map(brief)).toEqual([
    'events.user_id equal :u',
    'events.at range :from',
    'events.at range :to',
    'events.deleted null',
  ]);
  expect(shape.order).toEqual([
    { alias: 'events', column: 'at', descending: true },
    { alias: 'events', column: 'id', descending: false },
  ]);
});

test('WITH queries and subqueries hand their columns on to the base table', () => {
  const shape = grammar.shape(`
    WITH w AS (SELECT id, email AS mail FROM users WHERE lower(email) = :e), x AS (SELECT * FROM w)
    SELECT mail FROM x WHERE id = ANY (:ids) AND EXISTS (SELECT 1 FROM sessions s WHERE s.user_id = x.id AND s.at > :since) AND mail LIKE 'a%'`);
  expect(shape.tables).toEqual([
    { table: 'users', alias: 'users' },
    { table: 'sessions', alias: 's' },
  ]);
  expect(shape.predicates.map(brief)).toEqual([
    'users.email other :e',
    'users.id in :ids',
    'users.email like a%',
    's.user_id join users.id',
    'users.id join s.user_id',
    's.at range :since',
  ]);
});

test('a column that several tables could own has no alias; an alias used twice gets a number', () => {
  const shape = grammar.shape(
    'SELECT * FROM a JOIN b USING (k) WHERE c = :c AND EXISTS (SELECT 1 FROM a WHERE a.k = b.k)',
  );
  expect(shape.tables.map(({ alias }) => alias)).toEqual(['a', 'b', 'a_2']);
  expect(shape.predicates.map(brief)).toContain('.c equal :c');
  expect(shape.predicates.map(brief)).toContain('a_2.k join b.k');
});

test('writes tell what fills which column', () => {
  const insert = grammar.shape(
    'INSERT INTO e (a, b) VALUES (:a, :b::jsonb) ON CONFLICT (a) DO UPDATE SET b = :c',
  );
  expect(insert.kind).toBe('insert');
  expect(insert.sets?.map(({ column, parameter }) => `${column}=${parameter}`)).toEqual([
    'a=a',
    'b=b',
    'b=c',
  ]);
  const update = grammar.shape(
    'UPDATE users SET name = :n WHERE id = :id AND :tag = ANY (tags) AND NOT (a = :z) AND doc @> :d',
  );
  expect(update.kind).toBe('update');
  expect(update.predicates.map(brief)).toEqual([
    'users.id equal :id',
    'users.tags contains :tag',
    'users.a other :z',
    'users.doc contains :d',
  ]);
  expect(grammar.shape('DELETE FROM t USING u WHERE t.a = u.a AND u.b = :b').predicates.map(brief)).toEqual([
    't.a join u.a',
    'u.a join t.a',
    'u.b equal :b',
  ]);
});

test('what is read is told per alias', () => {
  expect(
    grammar.shape('SELECT o.*, c.name FROM orders o, customers c WHERE c.id = o.customer_id').reads,
  ).toEqual([
    { alias: 'c', column: 'id' },
    { alias: 'o', column: 'customer_id' },
    { alias: 'o', column: '*' },
    { alias: 'c', column: 'name' },
  ]);
});
