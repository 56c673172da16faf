import { describe, expect, test } from 'vitest';
import { catalogOf, column, index, key, reference, table } from '../../test/support/catalog.ts';
import {
  descendants,
  findColumn,
  findTable,
  foreignKeysFrom,
  foreignKeysTo,
  leadingIndex,
  neighbours,
  primaryKey,
  uniqueKeys,
} from './find.ts';
import { parseName, printName } from './identity.ts';

const users = table('users', [column('id'), column('Email')], {
  constraints: [key('primary', 'users_pkey', ['id'])],
  indexes: [
    index('u', ['Email', 'id'], { unique: true }),
    index('p', ['id'], { predicate: '(id > 1)', unique: true }),
    index('e', ['lower("Email")'], { unique: true }),
  ],
});
const orders = table('orders', [column('user_id')], {
  constraints: [reference('orders_user', ['user_id'], 'users')],
});
const quoted = table('Users', []);
const audit = table('audit', [], { schema: 'log' });
const hidden = table('users', [], { schema: 'old' });
const part = table('p', [], { partitionOf: { schema: 'public', name: 'orders', bound: 'DEFAULT' } });
const deep = table('pp', [], { inherits: [{ schema: 'public', name: 'p' }] });
const catalog = catalogOf([users, orders, quoted, audit, hidden, part, deep]);

describe('find', () => {
  test.each([
    ['users', users],
    ['USERS', users],
    ['public.users', users],
    ['"Users"', quoted],
    ['Users', quoted],
    ['public."Users"', quoted],
    ['"USERS"', undefined],
    ['audit', audit],
    ['log.audit', audit],
    ['old.users', hidden],
    ['nothing', undefined],
    ['log.users', undefined],
  ])('finds the table %s', (name, expected) => {
    expect(findTable(catalog, name)).toBe(expected);
  });

  test('finds columns as written and folded', () => {
    expect(findColumn(users, 'ID')?.name).toBe('id');
    expect(findColumn(users, '"Email"')?.name).toBe('Email');
    expect(findColumn(users, 'email')).toBeUndefined();
    expect(findColumn(users, '"ID"')).toBeUndefined();
  });

  test('knows keys, and that partial and expression indexes are none', () => {
    expect(primaryKey(users)).toEqual(['id']);
    expect(uniqueKeys(users)).toEqual([['id'], ['Email', 'id']]);
    expect(primaryKey(orders)).toEqual([]);
  });

  test('finds an index that leads with the columns, in any order', () => {
    expect(leadingIndex(users, ['Email'])?.name).toBe('u');
    expect(leadingIndex(users, ['id', 'Email'])?.name).toBe('u');
    expect(leadingIndex(users, ['id'])).toBeUndefined();
    expect(leadingIndex(users, [])).toBeUndefined();
    expect(
      leadingIndex({ ...users, indexes: [index('x', ['Email'], { valid: false })] }, ['Email']),
    ).toBeUndefined();
  });

  test('follows foreign keys both ways, and descendants down', () => {
    expect(foreignKeysFrom(catalog, orders).map(({ to }) => to)).toEqual([users]);
    expect(foreignKeysTo(catalog, users).map(({ from }) => from)).toEqual([orders]);
    expect(neighbours(catalog, users)).toEqual([orders]);
    expect(descendants(catalog, orders)).toEqual([part, deep]);
  });
});

describe('names', () => {
  test.each([
    ['a.b', { schema: 'a', name: 'b', quoted: false }],
    ['"A.b"."c ""d"""', { schema: 'A.b', name: 'c "d"', quoted: true }],
    ['x', { name: 'x', quoted: false }],
    ['db.s.t', { schema: 's', name: 't', quoted: false }],
  ])('takes %s apart', (text, expected) => {
    expect(parseName(text)).toEqual(expected);
  });

  test('prints what it can read again', () => {
    for (const name of ['plain', 'Größe', 'a.b', 'c "d"', 'UPPER', ' ']) {
      const read = parseName(printName({ schema: 'My s.', name }));
      expect([read.schema, read.name]).toEqual(['My s.', name]);
    }
  });
});
