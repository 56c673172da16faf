/** For each kind of rewrite: statements it fits, and a wrong twin that looks as right. */

export interface Case {
  readonly rule: string;
  readonly sql: string;
  readonly values?: readonly unknown[];
  /** Part of the new text. */
  readonly has: string;
}

export const right: readonly Case[] = [
  {
    rule: 'not-in-to-not-exists',
    sql: `SELECT o.id FROM orders o WHERE o.user_id NOT IN (SELECT u.id FROM users u WHERE u.email LIKE 'a%')`,
    has: 'u.id = o.user_id)',
  },
  {
    rule: 'not-in-to-not-exists',
    sql: 'SELECT id FROM orders WHERE ref_id NOT IN (SELECT id FROM users)',
    has: 'orders.ref_id IS NOT NULL OR',
  },
  {
    rule: 'not-in-to-not-exists',
    sql: 'SELECT id FROM users WHERE id NOT IN (SELECT ref_id FROM orders WHERE total > 5 OR total < 1)',
    has: 'orders.ref_id IS NULL)',
  },
  {
    rule: 'not-in-to-not-exists',
    sql: 'SELECT id FROM orders WHERE ref_id NOT IN (SELECT ref_id FROM orders WHERE total > 1) ORDER BY id',
    has: 'AS excluded(value)',
  },
  {
    rule: 'not-in-to-not-exists',
    sql: 'SELECT u.id FROM users u LEFT JOIN orders o ON o.user_id = u.id WHERE o.user_id NOT IN (SELECT order_id FROM items)',
    has: 'o.user_id IS NOT NULL OR',
  },
  {
    rule: 'count-to-exists',
    sql: 'SELECT u.id FROM users u WHERE (SELECT count(*) FROM orders o WHERE o.user_id = u.id) > 0',
    has: 'WHERE EXISTS (SELECT 1 FROM orders o',
  },
  {
    rule: 'count-to-exists',
    sql: 'SELECT u.id FROM users u WHERE (SELECT count(o.note) FROM orders o WHERE o.user_id = u.id) = 0 AND u.id > 1',
    has: 'NOT EXISTS (SELECT 1 FROM orders o WHERE o.user_id = u.id AND o.note IS NOT NULL)',
  },
  {
    rule: 'count-to-exists',
    sql: 'SELECT count(*) > 0 FROM orders WHERE user_id = $1',
    values: [3],
    has: 'SELECT EXISTS',
  },
  {
    rule: 'function-to-range',
    sql: `SELECT id FROM orders WHERE date(created_at) = '2024-05-01'`,
    has: `created_at < (date '2024-05-01' + 1)`,
  },
  {
    rule: 'function-to-range',
    sql: 'SELECT id FROM orders WHERE local_at::date = $1',
    values: ['2024-03-05'],
    has: 'local_at >= ($1)::date',
  },
  {
    rule: 'function-to-range',
    sql: `SELECT id FROM orders WHERE date_trunc('month', created_at) = $1`,
    values: ['2024-03-01 00:00+00'],
    has: `interval '1 month'`,
  },
  {
    rule: 'function-to-range',
    sql: `SELECT id FROM orders WHERE date_trunc('hour', local_at) >= $1`,
    values: ['2024-03-01 00:30'],
    has: 'CASE WHEN',
  },
  {
    rule: 'function-to-range',
    sql: 'SELECT id FROM orders WHERE extract(year from local_at) = 2024',
    has: `local_at >= date '2024-01-01'`,
  },
  {
    rule: 'function-to-range',
    sql: `SELECT id FROM orders WHERE left(note, 3) = 'a_c'`,
    has: String.raw`LIKE 'a\_c%'`,
  },
  { rule: 'function-to-range', sql: `SELECT id FROM orders WHERE coalesce(note, '') = ''`, has: 'IS NULL' },
  {
    rule: 'arithmetic-to-constant',
    sql: `SELECT id FROM orders WHERE created_at + interval '30 days' < now()`,
    has: `interval '5 days' AND`,
  },
  {
    rule: 'arithmetic-to-constant',
    sql: `SELECT id FROM orders WHERE local_at - interval '2 days' > $1`,
    values: ['2024-03-05 12:00'],
    has: `($1)::timestamp + interval '2 days'`,
  },
  { rule: 'arithmetic-to-constant', sql: 'SELECT id FROM orders WHERE id + 5 > 7', has: 'id > 7 - 5' },
  { rule: 'cast-to-constant', sql: 'SELECT id FROM orders WHERE id = 3.0', has: 'id = 3' },
  {
    rule: 'cast-to-constant',
    sql: 'SELECT id FROM orders WHERE user_id = $1::numeric',
    values: ['3'],
    has: '::bigint END',
  },
  { rule: 'cast-to-constant', sql: `SELECT id FROM orders WHERE ref_id::text = '4'`, has: 'ref_id = 4' },
  {
    rule: 'subquery-to-join',
    sql: 'SELECT o.id, (SELECT count(*) FROM items i WHERE i.order_id = o.id) AS n, (SELECT u.name FROM users u WHERE u.id = o.user_id) FROM orders o WHERE o.total > 1 ORDER BY 1',
    has: 'coalesce(per_key.value, 0) AS n, u_2.name FROM',
  },
  {
    rule: 'subquery-to-join',
    sql: `SELECT o.id FROM orders o WHERE o.total >= (SELECT avg(x.total) FROM orders x WHERE x.user_id = o.user_id AND x.status = 'paid')`,
    has: 'GROUP BY x.user_id',
  },
  {
    rule: 'subquery-to-join',
    sql: 'SELECT o.id, (SELECT i.price FROM items i WHERE i.order_id = o.id ORDER BY i.price DESC, i.id LIMIT 1) FROM orders o',
    has: 'DISTINCT ON (i.order_id)',
  },
  {
    rule: 'greatest-per-group',
    sql: 'SELECT o.id, o.ref_id, o.total FROM orders o WHERE o.total = (SELECT max(x.total) FROM orders x WHERE x.ref_id = o.ref_id)',
    has: 'rank() OVER (PARTITION BY ref_id',
  },
  {
    rule: 'distinct-to-exists',
    sql: 'SELECT DISTINCT u.id, u.name FROM users u JOIN orders o ON o.user_id = u.id WHERE o.total > 1 ORDER BY u.name',
    has: 'SELECT u.id, u.name FROM users u WHERE EXISTS',
  },
  {
    rule: 'distinct-to-exists',
    sql: 'SELECT DISTINCT u.name FROM users u, orders o WHERE o.user_id = u.id AND o.total > 1',
    has: 'SELECT DISTINCT u.name FROM users u WHERE EXISTS',
  },
  {
    rule: 'left-join-to-not-exists',
    sql: `SELECT u.* FROM users u LEFT JOIN orders o ON o.user_id = u.id AND o.status = 'paid' WHERE o.id IS NULL`,
    has: 'NOT EXISTS',
  },
  {
    rule: 'or-to-union',
    sql: 'SELECT id, created_at FROM orders WHERE user_id = $1 OR ref_id = $2 ORDER BY created_at DESC LIMIT 3',
    values: [3, 4],
    has: 'UNION ALL',
  },
  {
    rule: 'or-to-union',
    sql: `SELECT o.id, u.name FROM orders o JOIN users u ON u.id = o.user_id WHERE o.note = 'note 1' OR u.name = 'User 1'`,
    has: 'IS NOT TRUE',
  },
  { rule: 'or-to-union', sql: 'SELECT count(*) FROM orders WHERE (user_id = 3 OR ref_id = 4)', has: ') + (' },
  {
    rule: 'union-to-union-all',
    sql: `SELECT id, status FROM orders WHERE status = 'paid' UNION SELECT id, status FROM orders WHERE status = 'sent'`,
    has: 'UNION ALL',
  },
  {
    rule: 'needless-in-subquery',
    sql: 'SELECT id FROM users WHERE id IN (SELECT DISTINCT ref_id FROM orders ORDER BY ref_id)',
    has: 'IN (SELECT ref_id FROM orders)',
  },
  {
    rule: 'having-to-where',
    sql: 'SELECT user_id, count(*) FROM orders GROUP BY user_id HAVING user_id > 1 AND count(*) > 1',
    has: 'WHERE user_id > 1 GROUP BY user_id HAVING count(*) > 1',
  },
  {
    rule: 'cte-without-fence',
    sql: 'WITH big AS MATERIALIZED (SELECT * FROM orders) SELECT id FROM big WHERE user_id = $1',
    values: [3],
    has: 'AS NOT MATERIALIZED',
  },
  { rule: 'call-once', sql: 'SELECT id FROM orders WHERE ref_id < whoami()', has: '(SELECT whoami())' },
  {
    rule: 'offset-to-keyset',
    sql: 'SELECT id, total FROM orders ORDER BY created_at DESC LIMIT $1 OFFSET $2',
    values: [10, 20_000],
    has: '(orders.created_at, orders.id) < ($2, $3)',
  },
  {
    rule: 'offset-to-keyset',
    sql: `SELECT * FROM orders WHERE status = 'paid' OR total > 5 ORDER BY created_at DESC, user_id LIMIT 20 OFFSET $1`,
    values: [500],
    has: `(status = 'paid' OR total > 5) AND`,
  },
  {
    rule: 'offset-to-keyset',
    sql: 'SELECT o.total, u.name FROM orders o JOIN users u ON u.id = o.user_id ORDER BY o.local_at LIMIT 5 OFFSET 300',
    has: 'keyset_2',
  },
];
