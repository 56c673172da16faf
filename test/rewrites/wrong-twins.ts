/** A text that people take for the same, and the rows that tell it apart. */
export const wrong: readonly {
  readonly what: string;
  readonly sql: string;
  readonly instead: string;
  readonly values?: readonly unknown[];
}[] = [
  {
    what: 'NOT EXISTS for a list with nulls',
    sql: 'SELECT id FROM users WHERE id NOT IN (SELECT ref_id FROM orders)',
    instead: 'SELECT id FROM users WHERE NOT EXISTS (SELECT 1 FROM orders WHERE orders.ref_id = users.id)',
  },
  {
    what: 'NOT EXISTS for a value that may be null',
    sql: 'SELECT id FROM orders WHERE ref_id NOT IN (SELECT id FROM users)',
    instead: 'SELECT id FROM orders WHERE NOT EXISTS (SELECT 1 FROM users WHERE users.id = orders.ref_id)',
  },
  {
    what: 'a join without DISTINCT',
    sql: 'SELECT DISTINCT u.id FROM users u JOIN orders o ON o.user_id = u.id',
    instead: 'SELECT u.id FROM users u JOIN orders o ON o.user_id = u.id',
  },
  {
    what: 'EXISTS without DISTINCT over a column that repeats',
    sql: 'SELECT DISTINCT u.name FROM users u JOIN orders o ON o.user_id = u.id',
    instead: 'SELECT u.name FROM users u WHERE EXISTS (SELECT 1 FROM orders o WHERE o.user_id = u.id)',
  },
  {
    what: 'UNION ALL of parts that overlap',
    sql: 'SELECT id FROM orders WHERE user_id = 1 OR ref_id = 2',
    instead: 'SELECT id FROM orders WHERE user_id = 1 UNION ALL SELECT id FROM orders WHERE ref_id = 2',
  },
  {
    what: 'UNION in the place of OR where rows repeat',
    sql: 'SELECT note FROM orders WHERE user_id = 1 OR ref_id = 2',
    instead: 'SELECT note FROM orders WHERE user_id = 1 UNION SELECT note FROM orders WHERE ref_id = 2',
  },
  {
    what: 'NOT in the place of IS NOT TRUE',
    sql: 'SELECT id FROM orders WHERE ref_id = 2 OR user_id = 1',
    instead:
      'SELECT id FROM orders WHERE ref_id = 2 UNION ALL SELECT id FROM orders WHERE user_id = 1 AND NOT (ref_id = 2)',
  },
  {
    what: 'a day of another zone',
    sql: `SELECT id FROM orders WHERE date(created_at) = '2024-03-10'`,
    instead: `SELECT id FROM orders WHERE created_at >= timestamptz '2024-03-10 00:00+00' AND created_at < timestamptz '2024-03-11 00:00+00'`,
  },
  {
    what: 'a day that ends at its last second',
    sql: `SELECT id FROM orders WHERE local_at::date = '2024-03-10'`,
    instead: `SELECT id FROM orders WHERE local_at BETWEEN '2024-03-10 00:00' AND '2024-03-10 23:59:59'`,
  },
  {
    what: 'BETWEEN with the next midnight',
    sql: `SELECT id FROM orders WHERE local_at::date = '2024-03-10'`,
    instead: `SELECT id FROM orders WHERE local_at BETWEEN '2024-03-10' AND '2024-03-11'`,
  },
  {
    what: 'days moved over a clock change',
    sql: `SELECT id FROM orders WHERE created_at + interval '1 day' < timestamptz '2024-03-11 05:30+00'`,
    instead: `SELECT id FROM orders WHERE created_at < timestamptz '2024-03-11 05:30+00' - interval '24 hours'`,
  },
  {
    what: 'an inner join for a subquery that may find nothing',
    sql: 'SELECT u.id, (SELECT b.name FROM users b WHERE b.id = u.boss_id) AS boss FROM users u',
    instead: 'SELECT u.id, b.name AS boss FROM users u JOIN users b ON b.id = u.boss_id',
  },
  {
    what: 'a count that is null',
    sql: 'SELECT u.id, (SELECT count(*) FROM orders o WHERE o.user_id = u.id) AS n FROM users u',
    instead:
      'SELECT u.id, c.n FROM users u LEFT JOIN (SELECT user_id, count(*) AS n FROM orders GROUP BY user_id) c ON c.user_id = u.id',
  },
  {
    what: 'count of a column as EXISTS',
    sql: 'SELECT u.id FROM users u WHERE (SELECT count(o.note) FROM orders o WHERE o.user_id = u.id) > 0',
    instead: 'SELECT u.id FROM users u WHERE EXISTS (SELECT 1 FROM orders o WHERE o.user_id = u.id)',
  },
  {
    what: 'DISTINCT ON for a greatest value that several rows have',
    sql: 'SELECT o.id FROM orders o WHERE o.total = (SELECT max(x.total) FROM orders x WHERE x.user_id = o.user_id)',
    instead:
      'SELECT id FROM (SELECT DISTINCT ON (user_id) user_id, id FROM orders ORDER BY user_id, total DESC, id) f',
  },
  {
    what: 'an order that is lost',
    sql: 'SELECT id FROM orders WHERE total > 0 ORDER BY created_at DESC',
    instead: 'SELECT id FROM orders WHERE total > 0 ORDER BY created_at',
  },
  {
    what: 'UNION ALL of parts that share rows',
    sql: `SELECT id FROM orders WHERE status = 'paid' UNION SELECT id FROM orders WHERE total > 1`,
    instead: `SELECT id FROM orders WHERE status = 'paid' UNION ALL SELECT id FROM orders WHERE total > 1`,
  },
  {
    what: 'IS NULL of a column that partners have null',
    sql: 'SELECT u.id FROM users u LEFT JOIN orders o ON o.user_id = u.id WHERE o.note IS NULL',
    instead: 'SELECT u.id FROM users u WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.user_id = u.id)',
  },
  {
    what: 'a trailing null',
    sql: `SELECT id FROM orders WHERE coalesce(note, 'a') = 'a'`,
    instead: `SELECT id FROM orders WHERE note = 'a'`,
  },
  {
    what: 'HAVING of a count moved to WHERE',
    sql: 'SELECT user_id, count(*) AS n FROM orders GROUP BY user_id HAVING max(total) > 1',
    instead: 'SELECT user_id, count(*) AS n FROM orders WHERE total > 1 GROUP BY user_id',
  },
];
