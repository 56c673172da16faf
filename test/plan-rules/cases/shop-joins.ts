import type { PlanCase } from '../model.ts';
import { casesOf } from './of.ts';

/** Joins, subqueries and estimates over the shop. */
export const shopJoins: readonly PlanCase[] = casesOf('shop', {
  'payments of orders by number as text': [
    `SELECT count(*), sum(p.amount) FROM orders o JOIN payments p ON p.order_ref = o.id::text WHERE p.method = 'card' AND o.total > 100`,
    ['join-key-types'],
    { may: ['row-misestimate', 'merge-join-that-sorts', 'sort-on-disk'], also: [15] },
  ],
  'payments of failed orders by number': [
    `SELECT sum(p.amount) FROM payments p JOIN orders o ON o.id = p.order_ref::integer`,
    ['join-key-types'],
    { may: ['row-misestimate'] },
  ],
  'items of orders by number': [
    `SELECT sum(i.price) FROM orders o JOIN order_items i ON i.order_id = o.id WHERE o.total > 500`,
    [],
    { near: 'join-key-types' },
  ],
  'customers and countries': [
    `SELECT c.name, n.name FROM customers c JOIN countries n ON n.code = c.country WHERE c.id < 500`,
    [],
    { near: 'join-key-types' },
  ],
  'orders of blocked customers, not in, not run': [
    `SELECT count(*) FROM orders WHERE customer_id NOT IN (SELECT customer_id FROM blocked)`,
    ['not-in-subquery'],
    { settings: { work_mem: '64kB' }, plain: true },
  ],
  'few orders of blocked customers, not in': [
    `SELECT count(*) FROM orders WHERE id <= 400 AND customer_id NOT IN (SELECT customer_id FROM blocked)`,
    ['not-in-subquery'],
    {
      settings: { work_mem: '64kB' },
      cure: {
        sql: `SELECT count(*) FROM orders o WHERE id <= 400 AND NOT EXISTS (SELECT FROM blocked b WHERE b.customer_id = o.customer_id)`,
      },
      also: [14, 16],
    },
  ],
  'customers that are not blocked, hashed': [
    `SELECT count(*) FROM customers WHERE id < 9000 AND id NOT IN (SELECT customer_id FROM blocked)`,
    ['not-in-subquery'],
    { settings: { work_mem: '16MB' } },
  ],
  'customers that are not blocked, few': [
    `SELECT count(*) FROM customers WHERE id NOT IN (SELECT customer_id FROM blocked_few)`,
    [],
    { near: 'not-in-subquery', also: [14] },
  ],
  'customers that are not blocked, anti join': [
    `SELECT count(*) FROM customers c WHERE NOT EXISTS (SELECT FROM blocked b WHERE b.customer_id = c.id)`,
    [],
    { near: 'not-in-subquery' },
  ],
  'customers or products by a number': [
    `SELECT count(*) FROM customers c JOIN products p ON p.id = c.id OR p.name = c.name WHERE c.id < 2000`,
    ['or-across-join'],
    { also: [15], may: ['row-misestimate'] },
  ],
  'customers joined by name or mail, not run': [
    `SELECT count(*) FROM customers c JOIN blocked b ON b.customer_id = c.id OR b.customer_id = length(c.name) + 100000 WHERE c.id < 3000`,
    ['or-across-join'],
    { plain: true },
  ],
  'orders joined with one of two conditions on one side': [
    `SELECT count(*) FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.total > 800 OR o.status = 'failed'`,
    [],
    { near: 'or-across-join' },
  ],
  'prices close to each other': [
    `SELECT count(*) FROM products a JOIN products b ON abs(a.price - b.price) < 0.01 AND a.id < b.id WHERE a.category_id < 20`,
    ['join-filter-waste'],
    { may: ['row-misestimate', 'sort-on-disk'] },
  ],
  'prices alike': [
    `SELECT count(*) FROM products a JOIN products b ON a.price = b.price AND a.id < b.id`,
    [],
    { near: 'join-filter-waste', may: ['row-misestimate'] },
  ],
  'customers of a few countries with all blocked': [
    `SELECT c.id, b.customer_id FROM customers c, blocked b WHERE c.id < 20 AND b.customer_id < 5000`,
    ['cartesian-product'],
    { also: [14] },
  ],
  'customers with all blocked, not run': [
    `SELECT c.id, b.customer_id FROM customers c, blocked b WHERE c.id < 20 AND b.customer_id < 5000`,
    ['cartesian-product'],
    { plain: true },
  ],
  'coupons for countries, all pairs': [
    `SELECT c.code, n.code FROM coupons c CROSS JOIN countries n`,
    [],
    { near: 'cartesian-product' },
  ],
  'products with one setting': [
    `SELECT p.id, m.top FROM products p, (SELECT max(price) AS top FROM products) m`,
    [],
    { near: 'cartesian-product' },
  ],
  'orders and items of one number': [
    `SELECT count(*) FROM orders o, order_items i WHERE o.id = 77 AND i.order_id = o.id`,
    [],
    { near: 'cartesian-product' },
  ],
  'orders of each customer, one by one': [
    `SELECT c.id, (SELECT sum(total) FROM orders o WHERE o.customer_id = c.id) FROM customers c WHERE c.id < 15000`,
    ['correlated-subquery'],
    {
      may: ['possible-index-only-scan'],
      cure: {
        sql: `SELECT c.id, s.sum FROM customers c LEFT JOIN (SELECT customer_id, sum(total) FROM orders WHERE customer_id < 15000 GROUP BY 1) s ON s.customer_id = c.id WHERE c.id < 15000`,
        gain: 1.3,
      },
      also: [14],
    },
  ],
  'orders of each customer, not run': [
    `SELECT c.id, (SELECT sum(total) FROM orders o WHERE o.customer_id = c.id) FROM customers c WHERE c.id < 15000`,
    ['correlated-subquery'],
    { plain: true },
  ],
  'orders of ten customers': [
    `SELECT c.id, (SELECT sum(total) FROM orders o WHERE o.customer_id = c.id) FROM customers c WHERE c.id < 10`,
    [],
    { near: 'correlated-subquery' },
  ],
  'orders against the mean': [
    `SELECT count(*) FROM orders WHERE total > (SELECT avg(total) FROM orders)`,
    [],
    { near: 'correlated-subquery' },
  ],
  'customers with items, distinct': [
    `SELECT DISTINCT o.customer_id FROM orders o JOIN order_items i ON i.order_id = o.id`,
    [],
    {
      may: [
        'distinct-over-join',
        'undersampled-distinct',
        'hash-in-batches',
        'aggregate-on-disk',
        'sort-on-disk',
        'row-misestimate',
      ],
    },
  ],
  'customers with orders, distinct': [
    `SELECT DISTINCT c.id, c.email FROM customers c JOIN orders o ON o.customer_id = c.id WHERE c.id < 3000`,
    ['distinct-over-join'],
    {
      may: ['sort-on-disk', 'aggregate-on-disk'],
      cure: {
        sql: `SELECT c.id, c.email FROM customers c WHERE c.id < 3000 AND EXISTS (SELECT FROM orders o WHERE o.customer_id = c.id)`,
        gain: 1.5,
      },
    },
  ],
  'customers and their cities, distinct': [
    `SELECT DISTINCT c.country, o.zone FROM customers c JOIN orders o ON o.customer_id = c.id`,
    [],
    { near: 'distinct-over-join' },
  ],
  'zones, distinct': [`SELECT DISTINCT zone FROM orders`, [], { near: 'distinct-over-join' }],
  'all numbers, union': [
    `SELECT id, 'o' AS kind FROM orders UNION SELECT id, 'p' FROM payments`,
    ['union-without-duplicates'],
    {
      may: ['sort-on-disk', 'aggregate-on-disk', 'excessive-result', 'row-misestimate'],
      cure: { sql: `SELECT id, 'o' AS kind FROM orders UNION ALL SELECT id, 'p' FROM payments` },
      also: [14],
    },
  ],
  'customers of both, union': [
    `SELECT customer_id FROM orders UNION SELECT customer_id FROM blocked`,
    [],
    { near: 'union-without-duplicates', may: ['row-misestimate'] },
  ],
  'all numbers, union all': [
    `SELECT id, 'o' AS kind FROM payments WHERE id < 40000 UNION ALL SELECT id, 'p' FROM customers`,
    [],
    { near: 'union-without-duplicates' },
  ],
  'a customer of a CTE': [
    `WITH sums AS MATERIALIZED (SELECT customer_id, sum(total) AS total FROM orders GROUP BY customer_id) SELECT * FROM sums WHERE customer_id = 77`,
    ['cte-fence'],
    {
      may: ['undersampled-distinct', 'aggregate-on-disk', 'rows-kept-on-disk', 'row-misestimate'],
      cure: {
        sql: `WITH sums AS NOT MATERIALIZED (SELECT customer_id, sum(total) AS total FROM orders GROUP BY customer_id) SELECT * FROM sums WHERE customer_id = 77`,
      },
      also: [15],
    },
  ],
  'large sums of a CTE': [
    `WITH sums AS MATERIALIZED (SELECT customer_id, sum(total) AS total FROM orders GROUP BY customer_id) SELECT count(*) FROM sums WHERE total > 1000`,
    [],
    {
      near: 'cte-fence',
      may: ['undersampled-distinct', 'aggregate-on-disk', 'rows-kept-on-disk', 'row-misestimate'],
    },
  ],
  'category tree': [
    `WITH RECURSIVE tree AS (SELECT id, parent_id FROM categories WHERE parent_id IS NULL UNION ALL SELECT c.id, c.parent_id FROM categories c JOIN tree t ON c.parent_id = t.id) SELECT * FROM tree`,
    [],
    { near: 'cte-fence' },
  ],
  'numbers of a recursion': [
    `WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT * FROM n WHERE i = 777`,
    [],
    { near: 'cte-fence', may: ['row-misestimate'] },
  ],
  'sums asked for twice': [
    `SELECT a.n, b.n FROM (SELECT zone, count(*) AS n FROM orders GROUP BY zone) a JOIN (SELECT zone, count(*) AS n FROM orders GROUP BY zone) b ON b.zone = a.zone`,
    ['repeated-subtree'],
    {
      cure: {
        sql: `WITH s AS MATERIALIZED (SELECT zone, count(*) AS n FROM orders GROUP BY zone) SELECT a.n, b.n FROM s a JOIN s b ON b.zone = a.zone`,
        gain: 1.5,
      },
      also: [14],
    },
  ],
  'counts asked for twice, not run': [
    `SELECT a.n, b.n FROM (SELECT zone, count(*) AS n FROM orders GROUP BY zone) a JOIN (SELECT zone, count(*) AS n FROM orders GROUP BY zone) b ON b.zone = a.zone`,
    ['repeated-subtree'],
    { plain: true },
  ],
  'sums of two years': [
    `SELECT a.n, b.n FROM (SELECT zone, count(*) AS n FROM orders WHERE created_at < '2023-07-01' GROUP BY zone) a JOIN (SELECT zone, count(*) AS n FROM orders WHERE created_at >= '2024-01-01' GROUP BY zone) b ON b.zone = a.zone`,
    [],
    { near: 'repeated-subtree' },
  ],
  'orders of a warehouse and its zone': [
    `SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.warehouse_id = 31 AND o.zone = 'z15'`,
    ['correlated-columns'],
    {
      may: ['scattered-rows', 'row-misestimate', 'loop-run-more-than-planned', 'full-scan-for-few-rows'],
      cure: { first: ['CREATE STATISTICS s ON warehouse_id, zone FROM orders', 'ANALYZE orders'], miss: 3 },
      also: [14, 16],
    },
  ],
  'orders of a warehouse in another zone': [
    `SELECT count(*) FROM orders o WHERE o.warehouse_id = 31 AND o.carrier = 'post'`,
    [],
    { near: 'correlated-columns', may: ['possible-index-only-scan', 'scattered-rows'] },
  ],
  'orders of a warehouse and its zone, known': [
    `SELECT count(*) FROM orders o WHERE o.warehouse_id = 31 AND o.zone = 'z15'`,
    [],
    {
      before: ['CREATE STATISTICS s ON warehouse_id, zone FROM orders', 'ANALYZE orders'],
      near: 'row-misestimate',
      may: ['possible-index-only-scan', 'scattered-rows'],
    },
  ],
  'groups of warehouse and zone': [
    `SELECT warehouse_id, zone, count(*) FROM orders GROUP BY warehouse_id, zone`,
    ['wrong-group-count'],
    {
      cure: {
        first: ['CREATE STATISTICS s (ndistinct) ON warehouse_id, zone FROM orders', 'ANALYZE orders'],
        miss: 5,
      },
      also: [15],
    },
  ],
  'orders since a moment': [
    `SELECT sum(total) FROM orders WHERE created_at > '2024-06-03'`,
    ['skewed-parameter'],
    { otherValues: `SELECT sum(total) FROM orders WHERE created_at > '2023-02-01'` },
  ],
  'groups of warehouse and carrier': [
    `SELECT warehouse_id, carrier, count(*) FROM orders GROUP BY warehouse_id, carrier`,
    [],
    { near: 'wrong-group-count' },
  ],
  'cities as many as they are': [
    `SELECT city, count(*) FROM customers GROUP BY city`,
    [],
    { near: 'undersampled-distinct' },
  ],
});
