import { expect, test } from 'vitest';
import { catalogOf, column, key, reference, table } from '../../../test/support/catalog.ts';
import { isImplied, tellImplied, withImpliedLinks } from './implied.ts';

const id = [column('id', 'bigint')];
const customers = table('customers', id, { constraints: [key('primary', 'customers_pkey', ['id'])] });
const cities = table('cities', id, { constraints: [key('primary', 'cities_pkey', ['id'])] });

function links(...tables: Parameters<typeof catalogOf>[0]): readonly string[] {
  return withImpliedLinks(catalogOf(tables)).tables.flatMap(({ name, constraints }) =>
    constraints
      .filter(isImplied)
      .map(({ columns, references }) => `${name}.${columns[0]} → ${references!.name}`),
  );
}

test('names tell links that nobody declared', () => {
  const orders = table('orders', [
    column('customer_id', 'integer'),
    column('cityId', 'bigint'),
    column('paid_id', 'bigint'),
  ]);
  expect(links(customers, cities, orders)).toEqual([
    'orders.customer_id → customers',
    'orders.cityId → cities',
  ]);
  const [told] = withImpliedLinks(catalogOf([customers, orders])).tables.flatMap(tellImplied);
  expect(told).toBe('orders.customer_id holds keys of customers, as its name says; no foreign key does.');
});

test('what has a key, another type, a default, or two possible parents is left alone', () => {
  const declared = table('a', [column('customer_id', 'bigint')], {
    constraints: [reference('a_fkey', ['customer_id'], 'customers')],
  });
  expect(links(customers, declared)).toEqual([]);
  expect(links(customers, table('b', [column('customer_id', 'uuid')]))).toEqual([]);
  expect(links(customers, table('c', [column('customer_id', 'bigint', { default: '1' })]))).toEqual([]);
  const customer = table('customer', id, { constraints: [key('primary', 'customer_pkey', ['id'])] });
  expect(links(customers, customer, table('d', [column('customer_id', 'bigint')]))).toEqual([]);
});

test('no circle is closed', () => {
  const hens = table('hens', [...id, column('egg_id', 'bigint')], {
    constraints: [key('primary', 'hens_pkey', ['id'])],
  });
  const eggs = table('eggs', [...id, column('hen_id', 'bigint')], {
    constraints: [key('primary', 'eggs_pkey', ['id'])],
  });
  expect(links(hens, eggs)).toEqual(['hens.egg_id → eggs']);
});
