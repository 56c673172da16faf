import { describe, expect, test } from 'vitest';
import { catalogOf, table as tableWith } from '../../test/support/catalog.ts';
import { fitBytes } from '../base/text.ts';
import type { Catalog, Constraint, Table } from '../catalog/model.ts';
import { cased, habitsOf, namesAlready, namesIn, pluralOf, singularOf } from './naming.ts';

const nothing: Catalog = catalogOf([]);
const table = (name: string, more: Partial<Table> = {}): Table => tableWith(name, [], more);

const constraint = (name: string, kind: Constraint['kind'], columns: readonly string[]): Constraint => ({
  name,
  kind,
  columns,
  definition: '',
  validated: true,
  deferrable: false,
  deferred: false,
  enforced: true,
});

describe('habits', () => {
  test('an empty database gets PostgreSQL’s own', () => {
    const habits = habitsOf(nothing);
    expect(habits).toMatchObject({
      schema: 'public',
      plural: true,
      camel: false,
      keySuffix: '_id',
      identity: 'always',
    });
    expect(habits.templates.foreign('a', ['b_id'])).toBe('a_b_id_fkey');
  });

  test('of a Rails database', () => {
    const rails: Catalog = {
      ...nothing,
      tables: [
        table('users', {
          columns: [
            {
              name: 'id',
              position: 1,
              type: 'bigint',
              notNull: true,
              default: "nextval('users_id_seq'::regclass)",
              grants: [],
            },
          ],
          constraints: [constraint('users_pkey', 'primary', ['id'])],
          indexes: [
            {
              schema: 'public',
              name: 'index_users_on_email_and_name',
              method: 'btree',
              unique: false,
              primary: false,
              valid: true,
              keys: ['email', 'name'],
              includes: [],
              definition: '',
            },
          ],
        }),
      ],
    };
    const habits = habitsOf(rails);
    expect(habits.identity).toBe('serial');
    expect(habits.templates.index('posts', ['user_id'])).toBe('index_posts_on_user_id');
  });

  test('of a camel-case database with singular names', () => {
    const camel: Catalog = {
      ...nothing,
      tables: [
        table('User', {
          schema: 'app',
          columns: [{ name: 'createdAt', position: 1, type: 'date', notNull: false, grants: [] }],
        }),
        table('Order', {
          schema: 'app',
          constraints: [constraint('FK_Order_userId', 'foreign', ['userId'])],
        }),
      ],
    };
    const habits = habitsOf(camel);
    expect(habits).toMatchObject({ schema: 'app', plural: false, camel: true, keySuffix: 'Id' });
    expect(habits.templates.foreign('Item', ['orderId'])).toBe('FK_Item_orderId');
    expect(cased('DailySummary', habits)).toBe('dailySummary');
  });
});

test.each([
  ['summary', 'summaries'],
  ['box', 'boxes'],
  ['day', 'days'],
  ['status', 'statuses'],
  ['address', 'addresses'],
  ['order', 'orders'],
])('%s ↔ %s', (one, many) => {
  expect(pluralOf(one)).toBe(many);
  expect(singularOf(many)).toBe(one);
});

test('a name already in the plural stays', () => {
  expect(pluralOf('users')).toBe('users');
});

test('long names are cut between letters, and stay different', () => {
  const [a, b] = [fitBytes(`${'é'.repeat(40)}a`, 63), fitBytes(`${'é'.repeat(40)}b`, 63)];
  expect(Buffer.byteLength(a)).toBeLessThanOrEqual(63);
  expect(a).not.toBe(b);
  expect(a).toMatch(/^é+_[0-9a-f]{6}$/);
  expect(fitBytes('short', 63)).toBe('short');
});

test('a name that is taken gets a number', () => {
  const take = namesIn({ ...nothing, tables: [table('events')] }, 63);
  expect([
    take({ schema: 'public', name: 'events' }),
    take({ schema: 'public', name: 'events' }),
    take({ schema: 'other', name: 'events' }),
  ]).toEqual(['events2', 'events3', 'events']);
});

test.each([
  ['customer', 'customer_id', true],
  ['customer', 'customerId', true],
  ['Customer', 'CustomerID', true],
  ['customer', 'customerid', true],
  ['buyer', 'customer_id', false],
  ['cat', 'category_id', false],
  ['customer', 'customer', false],
])('whether the key of %s says so in %s', (base, key, said) => {
  expect(namesAlready(base, key)).toBe(said);
});
