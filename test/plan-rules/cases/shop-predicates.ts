import type { PlanCase } from '../model.ts';
import { casesOf } from './of.ts';

const list = (count: number, step = 1): string =>
  Array.from({ length: count }, (_, at) => at * step + 1).join(', ');

/** Conditions on the shop's tables that an index may or may not meet. */
export const shopPredicates: readonly PlanCase[] = casesOf('shop', {
  'customer by lower e-mail': [
    `SELECT id FROM customers WHERE lower(email) = 'user77@example.org'`,
    ['function-on-column'],
    {
      may: ['expression-without-statistics'],
      cure: { first: ['CREATE INDEX ON customers (lower(email))'] },
      also: [14],
    },
  ],
  'customer by lower e-mail, not run': [
    `SELECT id FROM customers WHERE lower(email) = 'user77@example.org'`,
    ['function-on-column'],
    { plain: true },
  ],
  'customer by e-mail': [
    `SELECT id FROM customers WHERE email = lower('USER77@example.org')`,
    [],
    { near: 'function-on-column' },
  ],
  'orders of a day by date_trunc': [
    `SELECT count(*) FROM orders WHERE date_trunc('day', created_at) = '2023-06-01'`,
    ['function-on-column'],
    {
      may: ['expression-without-statistics'],
      cure: {
        sql: `SELECT count(*) FROM orders WHERE created_at >= '2023-06-01' AND created_at < '2023-06-02'`,
      },
    },
  ],
  'payments of a year by extract': [
    `SELECT count(*) FROM payments WHERE extract(year FROM paid_at) = 2024 AND extract(month FROM paid_at) = 2`,
    ['function-on-column'],
    {
      may: ['row-misestimate'],
      cure: { sql: `SELECT count(*) FROM payments WHERE paid_at >= '2024-02-01' AND paid_at < '2024-03-01'` },
    },
  ],
  'most payments by extract': [
    `SELECT sum(amount) FROM payments WHERE extract(year FROM paid_at) = 2023`,
    [],
    { near: 'function-on-column', may: ['expression-without-statistics', 'row-misestimate'] },
  ],
  'orders by the end of their reference': [
    `SELECT id FROM orders WHERE right(reference, 4) = '5849'`,
    ['function-on-column'],
    {
      may: ['expression-without-statistics'],
      cure: { first: ['CREATE INDEX ON orders (right(reference, 4))'] },
    },
  ],
  'orders of a date': [
    `SELECT count(*) FROM orders WHERE created_at::date = '2023-06-01'`,
    ['cast-on-column'],
    {
      may: ['expression-without-statistics', 'row-misestimate'],
      cure: {
        sql: `SELECT count(*) FROM orders WHERE created_at >= '2023-06-01' AND created_at < '2023-06-02'`,
      },
      also: [14],
    },
  ],
  'order by a number as text': [
    `SELECT id FROM orders WHERE id::text = '4711'`,
    ['cast-on-column'],
    {
      may: ['expression-without-statistics'],
      cure: { sql: `SELECT id FROM orders WHERE id = '4711'::integer` },
    },
  ],
  'order by a numeric parameter': [
    `SELECT id, total FROM orders WHERE customer_id = 4711.0`,
    ['cast-on-column'],
    {
      may: ['expression-without-statistics', 'row-misestimate'],
      cure: { sql: `SELECT id, total FROM orders WHERE customer_id = 4711` },
    },
  ],
  'customer by varchar': [
    `SELECT id FROM customers WHERE phone = '+49209458'::text AND country <> 'c1'`,
    ['full-scan-for-few-rows'],
    { near: 'cast-on-column' },
  ],
  'order by its number': [`SELECT id FROM orders WHERE id = '4711'`, [], { near: 'cast-on-column' }],
  'references with something inside': [
    `SELECT id FROM orders WHERE reference LIKE '%ee63112%'`,
    ['leading-wildcard'],
    { cure: { first: ['CREATE INDEX ON orders USING gin (reference gin_trgm_ops)'] }, also: [15] },
  ],
  'names with something inside': [
    `SELECT id FROM customers WHERE email LIKE '%r77%@example.org'`,
    ['leading-wildcard'],
    { cure: { first: ['CREATE INDEX ON customers USING gin (email gin_trgm_ops)'], gain: 1.5 } },
  ],
  'half of the notes': [
    `SELECT count(*) FROM orders WHERE note LIKE '%1%'`,
    [],
    { near: 'leading-wildcard' },
  ],
  'coupons with something inside': [
    `SELECT * FROM coupons WHERE code LIKE '%77'`,
    [],
    { near: 'leading-wildcard' },
  ],
  'references with a beginning': [
    `SELECT id FROM orders WHERE reference LIKE 'R-cee6%'`,
    ['prefix-without-pattern-index'],
    { cure: { first: ['CREATE INDEX ON orders (reference text_pattern_ops)'] } },
  ],
  'names with a beginning': [
    `SELECT id FROM customers WHERE name LIKE 'Name 777%'`,
    ['prefix-without-pattern-index'],
    { cure: { first: ['CREATE INDEX ON customers (name text_pattern_ops)'] }, also: [16] },
  ],
  'SKUs with a beginning': [
    `SELECT id FROM products WHERE sku LIKE 'SKU-00%'`,
    [],
    { near: 'prefix-without-pattern-index' },
  ],
  'names in any case': [
    `SELECT id FROM customers WHERE name ILIKE 'name 777'`,
    ['case-blind-match'],
    {
      cure: {
        sql: `SELECT id FROM customers WHERE lower(name) = 'name 777'`,
        first: ['CREATE INDEX ON customers (lower(name))'],
      },
    },
  ],
  'references in any case': [
    `SELECT id FROM orders WHERE reference ~* 'EE63112'`,
    ['case-blind-match'],
    { cure: { first: ['CREATE INDEX ON orders USING gin (reference gin_trgm_ops)'] } },
  ],
  'coupons in any case': [`SELECT * FROM coupons WHERE code ILIKE 'CODE7'`, [], { near: 'case-blind-match' }],
  'orders by reference or number': [
    `SELECT * FROM orders WHERE reference = 'R-c81e728d9d4c2f636f067f89cc14862c' OR id = 5`,
    ['or-over-columns'],
    { cure: { first: ['CREATE INDEX ON orders (reference)'] }, also: [14] },
  ],
  'customers by phone or e-mail': [
    `SELECT id FROM customers WHERE phone = '+49104729' OR email = 'user9@example.org'`,
    ['or-over-columns'],
    { cure: { first: ['CREATE INDEX ON customers (phone)'] } },
  ],
  'orders by customer or number': [
    `SELECT * FROM orders WHERE customer_id = 17 OR id = 5`,
    [],
    { near: 'or-over-columns' },
  ],
  'orders of one of two carriers': [
    `SELECT sum(total) FROM orders WHERE carrier = 'post' OR total > 500`,
    [],
    { near: 'or-over-columns' },
  ],
  'two thousand orders': [
    `SELECT sum(total) FROM orders WHERE id IN (${list(2000, 30)})`,
    ['long-in-list'],
    {},
  ],
  'three thousand customers': [
    `SELECT count(*) FROM orders WHERE customer_id IN (${list(3000)})`,
    ['long-in-list'],
    { may: ['row-misestimate'] },
  ],
  'twenty orders': [
    `SELECT sum(total) FROM orders WHERE id IN (${list(20, 30)})`,
    [],
    { near: 'long-in-list' },
  ],
  'orders that are not usual': [
    `SELECT id FROM orders WHERE status <> 'done'`,
    ['negative-predicate'],
    { cure: { first: [`CREATE INDEX ON orders (id) WHERE status <> 'done'`], gain: 1.8 } },
  ],
  'payments that are no card': [
    `SELECT id, amount FROM payments WHERE method <> 'card'`,
    ['negative-predicate'],
    { cure: { first: [`CREATE INDEX ON payments (id) WHERE method <> 'card'`] } },
  ],
  'orders but of one zone': [
    `SELECT sum(total) FROM orders WHERE zone <> 'z1'`,
    [],
    { near: 'negative-predicate' },
  ],
  'customers with a dark theme': [
    `SELECT id FROM customers WHERE settings ->> 'theme' = 'dark'`,
    ['json-filter'],
    {
      may: ['expression-without-statistics'],
      cure: { first: [`CREATE INDEX ON customers ((settings ->> 'theme'))`] },
      also: [14],
    },
  ],
  'customer by nick': [
    `SELECT id FROM customers WHERE settings @> '{"nick": "n77"}'`,
    ['json-filter'],
    { may: ['row-misestimate'], cure: { first: [`CREATE INDEX ON customers USING gin (settings)`] } },
  ],
  'light customers': [
    `SELECT count(*) FROM customers WHERE settings ->> 'theme' = 'light'`,
    [],
    { near: 'json-filter', may: ['expression-without-statistics', 'row-misestimate'] },
  ],
  'orders a week after': [
    `SELECT id FROM orders WHERE created_at + interval '7 days' < '2023-01-20'`,
    ['arithmetic-on-column'],
    {
      may: ['expression-without-statistics', 'row-misestimate'],
      cure: { sql: `SELECT id FROM orders WHERE created_at < '2023-01-20'::timestamptz - interval '7 days'` },
    },
  ],
  'twice the total': [
    `SELECT id FROM orders WHERE total * 2 > 1798`,
    ['arithmetic-on-column'],
    {
      may: ['expression-without-statistics', 'row-misestimate'],
      cure: { sql: 'SELECT id FROM orders WHERE total > 899', first: ['CREATE INDEX ON orders (total)'] },
    },
  ],
  'orders before a week': [
    `SELECT id FROM orders WHERE created_at < '2023-01-20'::timestamptz - interval '7 days'`,
    [],
    { near: 'arithmetic-on-column' },
  ],
  'orders of even numbers': [
    `SELECT sum(total) FROM orders WHERE id % 2 = 0`,
    [],
    { near: 'arithmetic-on-column', may: ['expression-without-statistics', 'row-misestimate'] },
  ],
  'orders not shipped': [
    `SELECT id FROM orders WHERE shipped_at IS NULL`,
    ['sparse-null-scan'],
    { cure: { first: ['CREATE INDEX ON orders (id) WHERE shipped_at IS NULL'] }, also: [15] },
  ],
  'deleted customers': [
    `SELECT id FROM customers WHERE deleted_at IS NOT NULL`,
    ['sparse-null-scan'],
    { cure: { first: ['CREATE INDEX ON customers (id) WHERE deleted_at IS NOT NULL'] } },
  ],
  'important customers': [
    `SELECT id, email FROM customers WHERE vip`,
    ['sparse-null-scan'],
    { cure: { first: ['CREATE INDEX ON customers (id) WHERE vip'] } },
  ],
  'shipped orders': [
    `SELECT sum(total) FROM orders WHERE shipped_at IS NOT NULL`,
    [],
    { near: 'sparse-null-scan' },
  ],
  'living customers': [
    `SELECT count(city) FROM customers WHERE deleted_at IS NULL`,
    [],
    { near: 'sparse-null-scan' },
  ],
  'page in mixed directions': [
    `SELECT id, total FROM orders WHERE total < 300 OR (total = 300 AND id > 5) ORDER BY total DESC, id LIMIT 20`,
    ['mixed-direction-keyset'],
    {
      may: ['sort-for-few-rows', 'or-over-columns'],
      cure: { first: ['CREATE INDEX ON orders (total DESC, id)'] },
    },
  ],
  'page in one direction': [
    `SELECT id, created_at FROM orders WHERE (created_at, id) > ('2023-06-01', 7) ORDER BY created_at, id LIMIT 20`,
    [],
    { near: 'mixed-direction-keyset' },
  ],
  'first page in mixed directions': [
    `SELECT id, price FROM products ORDER BY price DESC, id LIMIT 20`,
    [],
    { near: 'mixed-direction-keyset' },
  ],
  'orders of a setting': [
    `SELECT sum(total) FROM orders WHERE zone = current_setting('shop.zone', true) OR warehouse_id = 500`,
    [],
    { may: ['call-per-row', 'or-over-columns', 'row-misestimate', 'full-scan-for-few-rows'] },
  ],
});
