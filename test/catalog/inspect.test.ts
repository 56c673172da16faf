import { describe, expect, test } from 'vitest';
import { findTable } from '../../src/catalog/find.ts';
import { differences } from '../../src/catalog/difference.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { testDatabase } from '../support/database.ts';
import { shop } from './shop.sql.ts';

describe('inspect', () => {
  test('reads every kind of object', async () => {
    const { ownerUrl } = await testDatabase({ sql: shop });
    const session = await postgres.connect(ownerUrl);
    const catalog = await postgres.inspect(session).finally(() => session.close());
    expect(catalog.version).toMatch(/^18\.\d+$/);
    expect(catalog.tables.map((table) => `${table.schema}.${table.name} ${table.kind}`)).toEqual([
      'public.child table',
      'public.events partitioned',
      'public.events_2025 table',
      'public.parent table',
      'public.users table',
      'sales.orders table',
    ]);
    const users = findTable(catalog, 'users')!;
    expect(users.columns.map(({ name, type, position }) => `${position} ${name} ${type}`)).toEqual([
      '1 id bigint',
      '2 email text',
      '3 name character varying(40)',
      '4 feeling public.mood',
      '5 Order public.amount',
      '6 lower_name text',
      '7 updated_at timestamp with time zone',
    ]);
    expect(users.columns[0]).toMatchObject({ notNull: true, identity: 'by default' });
    expect(users.columns[1]).toMatchObject({
      default: "'nobody@example.org'::text",
      comment: 'Where to write',
    });
    expect(users.columns[5]).toMatchObject({
      generated: { expression: 'lower((name)::text)', kind: 'stored' },
    });
    expect(users.columns[5]).not.toHaveProperty('default');
    const key = users.indexes.find(({ name }) => name === 'users_email_key')!;
    expect(key).toMatchObject({
      unique: true,
      primary: false,
      keys: ['lower(email)'],
      includes: ['name'],
      predicate: '(name IS NOT NULL)',
    });
    const orders = findTable(catalog, 'sales.orders')!;
    expect(orders.constraints.find(({ name }) => name === 'orders_user')).toMatchObject({
      kind: 'foreign',
      columns: ['user_id'],
      definition: 'FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE',
      references: {
        schema: 'public',
        name: 'users',
        columns: ['id'],
        onDelete: 'cascade',
        onUpdate: 'no action',
      },
    });
    expect(orders).toMatchObject({
      options: ['fillfactor=80'],
      rowSecurity: 'on',
      policies: [{ name: 'own_orders', command: 'select', roles: ['PUBLIC'] }],
    });
    expect(findTable(catalog, 'events_2025')).toMatchObject({
      partitionOf: {
        schema: 'public',
        name: 'events',
        bound: "FOR VALUES FROM ('2025-01-01 00:00:00+00') TO ('2026-01-01 00:00:00+00')",
      },
      indexes: [{ partOf: { schema: 'public', name: 'events_at_idx' } }],
    });
    expect(findTable(catalog, 'child')!.inherits).toEqual([{ schema: 'public', name: 'parent' }]);
    expect(catalog.types.map(({ name, kind, definition }) => `${name} ${kind} ${definition}`)).toEqual([
      'amount domain numeric(12,2) DEFAULT 0 CONSTRAINT positive CHECK ((VALUE >= (0)::numeric))',
      'mood enum ',
      'size composite width integer, height integer',
      'span range subtype = integer, subtype_opclass = int4_ops, multirange_type_name = public.span_multirange',
    ]);
    expect(catalog.sequences.map(({ name, ownedBy }) => `${name} ${ownedBy}`)).toEqual([
      'ticket undefined',
      'users_id_seq public.users.id',
      'orders_id_seq sales.orders.id',
    ]);
    expect(catalog.routines.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'add function',
      'total aggregate',
      'touched function',
    ]);
    expect(catalog.views.map(({ name, materialized, options }) => [name, materialized, options])).toEqual([
      ['daily', true, []],
      ['loud', false, ['security_barrier=true']],
    ]);
    expect(catalog.others?.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'rule public.parent quiet',
      'statistics public.users_pair',
    ]);
  });

  test('leaves out what extensions brought, and knows the extension', async () => {
    const { ownerUrl } = await testDatabase({
      extensions: ['citext', 'pg_trgm', 'pg_stat_statements'],
      sql: 'CREATE TABLE t (c citext)',
    });
    const session = await postgres.connect(ownerUrl);
    const catalog = await postgres.inspect(session).finally(() => session.close());
    expect(catalog.extensions.map(({ name }) => name)).toEqual(['citext', 'pg_stat_statements', 'pg_trgm']);
    expect([catalog.views, catalog.routines, catalog.types, catalog.others]).toEqual([[], [], [], []]);
    expect(catalog.tables[0]!.columns[0]!.type).toBe('public.citext');
  });

  test('reads the same inside a transaction, and leaves settings and transaction as they were', async () => {
    const { ownerUrl } = await testDatabase({ sql: shop });
    const session = await postgres.connect(ownerUrl, {
      settings: { search_path: 'sales, public', timezone: 'Asia/Tokyo' },
    });
    const state =
      "SELECT current_setting('search_path') AS path, current_setting('timezone') AS zone, current_setting('jit') AS jit";
    try {
      const [outside, was] = [await postgres.inspect(session), (await session.query(state)).rows];
      await session.query('BEGIN');
      await session.query('ALTER TABLE orders ADD note text');
      const inside = await postgres.inspect(session);
      expect((await session.query(state)).rows).toEqual(was);
      expect(differences(outside, inside).map(({ path }) => path)).toEqual([
        'table sales.orders column note',
      ]);
      await session.query('ROLLBACK');
      expect((await session.query(state)).rows).toEqual(was);
      expect(differences(outside, await postgres.inspect(session))).toEqual([]);
    } finally {
      await session.close();
    }
  });

  test('keeps names as they are, however odd', async () => {
    const odd = ['select', 'Größe "x"', 'a.b', "it's", `${'n'.repeat(62)}é`.slice(0, 62), ' '];
    const { ownerUrl } = await testDatabase({
      sql: odd
        .map(
          (name) =>
            `CREATE TABLE "${name.replaceAll('"', '""')}" ("${name.replaceAll('"', '""')}" int PRIMARY KEY);`,
        )
        .join('\n'),
    });
    const session = await postgres.connect(ownerUrl);
    const catalog = await postgres.inspect(session).finally(() => session.close());
    expect(catalog.tables.map((table) => table.name).toSorted()).toEqual(odd.toSorted());
    for (const table of catalog.tables) expect(table.indexes[0]!.keys).toEqual([table.name]);
  });

  test('reads a thousand tables with a fixed number of queries', async () => {
    const { ownerUrl } = await testDatabase({
      sql: `DO $$ BEGIN FOR i IN 1..1000 LOOP EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY, a text NOT NULL DEFAULT ''x'', b int)', i); END LOOP; END $$`,
    });
    const session = await postgres.connect(ownerUrl);
    let queries = 0;
    const counted: typeof session = {
      ...session,
      serverVersion: session.serverVersion,
      query: (sql, values) => ((queries += 1), session.query(sql, values)),
    };
    const catalog = await postgres.inspect(counted).finally(() => session.close());
    expect(catalog.tables).toHaveLength(1000);
    expect(queries).toBeLessThan(25);
  });
});
