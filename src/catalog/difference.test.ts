import { describe, expect, test } from 'vitest';
import { catalogOf, column, index, key, table } from '../../test/support/catalog.ts';
import { differences } from './difference.ts';

const one = catalogOf([
  table('users', [column('id', 'bigint', { notNull: true }), column('email')], {
    constraints: [key('primary', 'users_pkey', ['id'])],
  }),
]);

describe('differences', () => {
  test('of a catalog with itself are none', () => {
    expect(differences(one, structuredClone(one))).toEqual([]);
    expect(differences(one, one)).toEqual([]);
  });

  test('name object, property and both values', () => {
    const other = catalogOf([
      table(
        'users',
        [column('id', 'bigint', { notNull: true }), column('email', 'citext', { default: "''" })],
        { constraints: [key('primary', 'users_pkey', ['id'])] },
      ),
    ]);
    expect(differences(one, other)).toEqual([
      { path: 'table public.users column email type', before: 'text', after: 'citext' },
      { path: 'table public.users column email default', after: "''" },
    ]);
  });

  test('show objects of one side only as a whole', () => {
    const other = catalogOf([
      table('users', [column('id', 'bigint', { notNull: true })], { indexes: [index('i', ['id'])] }),
      table('new', [column('a', 'int', { notNull: true, default: '1' })]),
    ]);
    expect(differences(one, other)).toEqual([
      { path: 'table public.users column email', before: 'text' },
      { path: 'table public.users constraint users_pkey', before: 'PRIMARY KEY (id)' },
      { path: 'table public.users index i', after: 'CREATE INDEX i ON public.t USING btree (id)' },
      { path: 'table public.new', after: 'table (a)' },
    ]);
  });

  test('tell the order of columns apart from the columns', () => {
    const other = catalogOf([
      table('users', [column('email'), column('extra'), column('id', 'bigint', { notNull: true })], {
        constraints: [key('primary', 'users_pkey', ['id'])],
      }),
    ]);
    expect(differences(one, other)).toEqual([
      { path: 'table public.users column extra', after: 'text' },
      { path: 'table public.users columns order differs', before: 'id, email', after: 'email, id' },
    ]);
  });

  test('between servers before and after 18 pass over named not-null constraints', () => {
    const named = {
      ...key('unique', 'users_id_not_null', ['id']),
      kind: 'not-null' as const,
      definition: 'NOT NULL id',
    };
    const newer = catalogOf(
      one.tables.map((each) => ({ ...each, constraints: [...each.constraints, named] })),
    );
    expect(differences(one, newer)).toHaveLength(1);
    expect(differences({ ...one, version: '15.18' }, newer)).toEqual([]);
  });

  test('of owners can be passed over', () => {
    const other = catalogOf(one.tables.map((each) => ({ ...each, owner: 'somebody' })));
    expect(differences(one, other)).toEqual([
      { path: 'table public.users owner', before: 'app', after: 'somebody' },
    ]);
    expect(differences(one, other, { owners: 'ignore' })).toEqual([]);
  });
});
