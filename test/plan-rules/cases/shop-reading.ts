import type { PlanCase } from '../model.ts';
import { casesOf } from './of.ts';

const many = 'SELECT sum(total) FROM orders';

/** What is read of the shop's tables for how much. */
export const shopReading: readonly PlanCase[] = casesOf('shop', {
  'order by reference': [
    `SELECT * FROM orders WHERE reference = 'R-' || 'cee631121c2ec9232f3a2f028ad5c89b'`,
    ['full-scan-for-few-rows'],
    { cure: { first: ['CREATE INDEX ON orders (reference)'] }, also: [14, 16] },
  ],
  'failed orders': [
    `SELECT id, total FROM orders WHERE status = 'failed'`,
    ['full-scan-for-few-rows'],
    { cure: { first: ['CREATE INDEX ON orders (status)'] } },
  ],
  'failed orders, not run': [
    `SELECT id, total FROM orders WHERE status = 'failed'`,
    ['full-scan-for-few-rows'],
    { plain: true, also: [14] },
  ],
  'cash payments': [
    `SELECT * FROM payments WHERE method = 'cash'`,
    ['full-scan-for-few-rows'],
    { cure: { first: ['CREATE INDEX ON payments (method)'] } },
  ],
  'items of a product': [
    `SELECT count(*), sum(quantity) FROM order_items WHERE product_id = 77`,
    ['full-scan-for-few-rows'],
    { cure: { first: ['CREATE INDEX ON order_items (product_id)'] }, also: [15] },
  ],
  'orders with large totals': [
    `SELECT id FROM orders WHERE total > 899`,
    [],
    { near: 'many-index-descents' },
  ],
  'customer by phone': [
    `SELECT id FROM customers WHERE phone = '+49104729'`,
    ['full-scan-for-few-rows'],
    { cure: { first: ['CREATE INDEX ON customers (phone)'] } },
  ],
  'orders of a zone and status': [
    `SELECT * FROM orders WHERE zone = 'z7' AND status = 'open'`,
    ['full-scan-for-few-rows'],
    {
      may: ['correlated-columns', 'row-misestimate'],
      cure: { first: ['CREATE INDEX ON orders (zone, status)'] },
    },
  ],
  'order with its customer by reference': [
    `SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.reference = 'R-c4ca4238a0b923820dcc509a6f75849b'`,
    ['full-scan-for-few-rows'],
    { cure: { first: ['CREATE INDEX ON orders (reference)'] } },
  ],
  'items of cheap products, one by one': [
    `SELECT p.name, (SELECT count(*) FROM order_items i WHERE i.product_id = p.id) FROM products p WHERE p.id < 12`,
    ['unindexed-inner-side'],
    { cure: { first: ['CREATE INDEX ON order_items (product_id)'] } },
  ],
  'update by reference': [
    `UPDATE orders SET note = 'x' WHERE reference = 'R-c81e728d9d4c2f636f067f89cc14862c'`,
    ['full-scan-for-few-rows'],
    { cure: { first: ['CREATE INDEX ON orders (reference)'] } },
  ],
  'products with a tag': [
    `SELECT id FROM products WHERE tags @> ARRAY['tag7']`,
    ['full-scan-for-few-rows'],
    { cure: { first: ['CREATE INDEX ON products USING gin (tags)'] } },
  ],
  'coupon by code': [
    `SELECT * FROM coupons WHERE code = 'code77'`,
    [],
    { near: 'full-scan-for-few-rows', noCure: { first: ['CREATE INDEX ON coupons (code)'] } },
  ],
  'done orders': [
    `${many} WHERE status = 'done'`,
    [],
    { near: 'full-scan-for-few-rows', noCure: { first: ['CREATE INDEX ON orders (status)'] }, also: [14] },
  ],
  'most totals': [
    `${many} WHERE total > 100`,
    [],
    { near: 'full-scan-for-few-rows', noCure: { first: ['CREATE INDEX ON orders (total)'] } },
  ],
  'half of the totals': [
    `${many} WHERE total > 450`,
    [],
    { near: 'full-scan-for-few-rows', noCure: { first: ['CREATE INDEX ON orders (total)'] } },
  ],
  'orders by carrier': [`${many} WHERE carrier = 'post'`, [], { near: 'full-scan-for-few-rows' }],
  'revenue by month': [
    `SELECT date_trunc('month', created_at), sum(total), count(*) FROM orders GROUP BY 1`,
    [],
    { near: 'full-scan-for-few-rows' },
  ],
  'revenue by zone and carrier': [
    `SELECT zone, carrier, sum(total), avg(total) FROM orders GROUP BY zone, carrier`,
    [],
    { near: 'wrong-group-count' },
  ],
  'one order': [`SELECT * FROM orders WHERE id = 7711`, [], { near: 'full-scan-for-few-rows' }],
  'one order, not run': [
    `SELECT * FROM orders WHERE id = 7711`,
    [],
    { plain: true, near: 'full-scan-for-few-rows' },
  ],
  'orders of a customer': [
    `SELECT * FROM orders WHERE customer_id = 4711`,
    [],
    { near: 'rows-filtered-after-index' },
  ],
  'orders of a day': [
    `SELECT * FROM orders WHERE created_at >= '2023-06-01' AND created_at < '2023-06-02'`,
    [],
    { near: 'function-on-column', also: [15] },
  ],
  'orders of a warehouse': [
    `SELECT sum(total) FROM orders WHERE warehouse_id = 31`,
    ['scattered-rows', 'possible-index-only-scan'],
    { cure: { first: ['CLUSTER orders USING orders_warehouse'] }, near: 'full-scan-for-few-rows' },
  ],
  'orders of a week': [
    `SELECT sum(total) FROM orders WHERE created_at >= '2023-06-01' AND created_at < '2023-06-15'`,
    [],
    { near: 'scattered-rows' },
  ],
  'open orders of a warehouse': [
    `SELECT id FROM orders WHERE warehouse_id = 31 AND status = 'failed'`,
    ['rows-filtered-after-index'],
    {
      may: ['correlated-columns', 'scattered-rows', 'row-misestimate'],
      cure: { first: ['CREATE INDEX ON orders (warehouse_id, status)'] },
    },
  ],
  'vans of a warehouse': [
    `SELECT sum(total) FROM orders WHERE warehouse_id = 31 AND carrier = 'van'`,
    [],
    { near: 'rows-filtered-after-index', may: ['scattered-rows'] },
  ],
  'orders of a month with a rare status': [
    `SELECT id, total FROM orders WHERE created_at >= '2023-03-01' AND created_at < '2023-04-01' AND status = 'failed'`,
    ['rows-filtered-after-index'],
    { cure: { first: ['CREATE INDEX ON orders (status, created_at)'] } },
  ],
  'totals without their carrier': [
    `SELECT count(*) FROM orders WHERE total BETWEEN 899 AND 899.5`,
    ['many-index-descents'],
    { cure: { first: ['CREATE INDEX ON orders (total)'] }, may: ['full-scan-for-few-rows'], majors: [17] },
  ],
  'customers by name and order': [
    `SELECT id, created_at FROM customers WHERE created_at >= '2021-01-01' AND created_at < '2021-02-01' ORDER BY created_at`,
    [],
    { near: 'sort-for-few-rows' },
  ],
  'last orders': [
    `SELECT * FROM orders ORDER BY created_at DESC LIMIT 20`,
    [],
    { near: 'sort-for-few-rows' },
  ],
  'dearest orders': [
    `SELECT id, total FROM orders ORDER BY total DESC LIMIT 20`,
    ['sort-for-few-rows'],
    { cure: { first: ['CREATE INDEX ON orders (total DESC)'] }, also: [14] },
  ],
  'dearest orders, not run': [
    `SELECT id, total FROM orders ORDER BY total DESC LIMIT 20`,
    ['sort-for-few-rows'],
    { plain: true },
  ],
  'last payments by card': [
    `SELECT * FROM payments ORDER BY amount DESC, id LIMIT 10`,
    ['sort-for-few-rows'],
    { cure: { first: ['CREATE INDEX ON payments (amount DESC, id)'] } },
  ],
  'dearest of a zone': [
    `SELECT id, total FROM orders WHERE zone = 'z3' ORDER BY total LIMIT 5`,
    ['full-scan-for-few-rows'],
    { may: ['sort-for-few-rows'], cure: { first: ['CREATE INDEX ON orders (zone, total)'] } },
  ],
  'all coupons in order': [
    `SELECT * FROM coupons ORDER BY percent LIMIT 5`,
    [],
    { near: 'sort-for-few-rows' },
  ],
  'all products by price': [
    `SELECT id, price FROM products ORDER BY price LIMIT 5`,
    [],
    { near: 'sort-for-few-rows' },
  ],
  'best customers': [
    `SELECT customer_id, sum(total) FROM orders GROUP BY customer_id ORDER BY 2 DESC LIMIT 10`,
    [],
    { near: 'sort-for-few-rows', may: ['sort-on-disk', 'aggregate-on-disk', 'undersampled-distinct'] },
  ],
  'newest failed orders': [
    `SELECT * FROM orders WHERE status = 'failed' AND total > 899 ORDER BY created_at LIMIT 10`,
    [],
    { near: 'ordered-scan-that-filters' },
  ],
  'newest open orders': [
    `SELECT * FROM orders WHERE status = 'open' ORDER BY created_at DESC LIMIT 10`,
    [],
    { near: 'ordered-scan-that-filters' },
  ],
  'page ten thousand': [
    `SELECT id, total FROM orders ORDER BY id OFFSET 100000 LIMIT 20`,
    ['large-offset'],
    { cure: { sql: 'SELECT id, total FROM orders WHERE id > 100000 ORDER BY id LIMIT 20' }, also: [14] },
  ],
  'page ten thousand, not run': [
    `SELECT id, total FROM orders ORDER BY id OFFSET 100000 LIMIT 20`,
    ['large-offset'],
    { plain: true },
  ],
  'deep page of the newest': [
    `SELECT * FROM orders ORDER BY created_at DESC OFFSET 20000 LIMIT 50`,
    ['large-offset'],
    {
      cure: { sql: `SELECT * FROM orders WHERE created_at < '2024-03-30' ORDER BY created_at DESC LIMIT 50` },
    },
  ],
  'second page': [
    `SELECT id, total FROM orders ORDER BY id OFFSET 20 LIMIT 20`,
    [],
    { near: 'large-offset' },
  ],
  'keyset page': [
    `SELECT id, total FROM orders WHERE id > 100000 ORDER BY id LIMIT 20`,
    [],
    { near: 'large-offset' },
  ],
  'number of items': [`SELECT count(*) FROM order_items`, ['count-of-everything'], { also: [14] }],
  'number of customers of a country': [
    `SELECT count(*) FROM customers WHERE country = 'c3'`,
    [],
    { near: 'count-of-everything', may: ['full-scan-for-few-rows'] },
  ],
  'number of products': [`SELECT count(*) FROM products`, [], { near: 'count-of-everything' }],
  'sum of items': [`SELECT sum(quantity) FROM order_items`, [], { near: 'count-of-everything' }],
  'export of items': [`SELECT * FROM order_items`, ['excessive-result'], {}],
  'export of items, not run': [`SELECT * FROM order_items`, ['excessive-result'], { plain: true }],
  'export of one customer': [
    `SELECT i.* FROM orders o JOIN order_items i ON i.order_id = o.id WHERE o.customer_id = 99`,
    [],
    { near: 'excessive-result' },
  ],
  'totals of carriers': [
    `SELECT id, total FROM orders WHERE carrier = 'post' AND total > 899`,
    [],
    { near: 'many-index-descents' },
  ],
  'lossy bitmap of orders': [
    `SELECT sum(total) FROM orders WHERE created_at >= '2023-02-01' AND warehouse_id < 60 AND total > 10`,
    ['lossy-bitmap'],
    {
      settings: {
        work_mem: '64kB',
        enable_seqscan: 'off',
        enable_indexscan: 'off',
        max_parallel_workers_per_gather: '0',
      },
      may: ['planner-switch', 'combined-indexes', 'scattered-rows', 'rows-filtered-after-index'],
    },
  ],
  'exact bitmap of orders': [
    `SELECT sum(total) FROM orders WHERE warehouse_id < 5`,
    [],
    {
      settings: { work_mem: '16MB' },
      near: 'lossy-bitmap',
      may: ['scattered-rows', 'possible-index-only-scan'],
    },
  ],
  'wide sort of products': [
    `SELECT * FROM products ORDER BY price`,
    ['wide-rows'],
    { may: ['sort-on-disk'], settings: { work_mem: '4MB' } },
  ],
  'narrow sort of products': [`SELECT id, price FROM products ORDER BY price`, [], { near: 'wide-rows' }],
  'cold orders': [`SELECT avg(total), min(note) FROM orders`, [], { near: 'cold-read' }],
});
