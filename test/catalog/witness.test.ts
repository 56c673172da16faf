import { describe, expect, test } from 'vitest';
import { differences } from '../../src/catalog/difference.ts';
import type { Catalog } from '../../src/catalog/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { SandboxDatabase } from '../../src/sandbox/model.ts';
import { testDatabase } from '../support/database.ts';
import { shop } from './shop.sql.ts';

async function read(database: SandboxDatabase): Promise<Catalog> {
  const session = await postgres.connect(database.ownerUrl);
  return postgres.inspect(session).finally(() => session.close());
}

async function after(sql: string): Promise<Catalog> {
  const database = await testDatabase({ sql: shop });
  const session = await postgres.connect(database.ownerUrl);
  await session.run(sql).finally(() => session.close());
  return read(database);
}

/** One change each, and the paths at which a witness must see it. */
const changes: readonly (readonly [sql: string, ...paths: string[]])[] = [
  ["ALTER TABLE users ALTER email SET DEFAULT 'x@example.org'", 'table public.users column email default'],
  [
    'ALTER TABLE users ALTER email DROP NOT NULL',
    'table public.users column email not null',
    'table public.users constraint users_email_not_null',
  ],
  ['ALTER TABLE users ALTER "Order" TYPE numeric(10,2)', 'table public.users column "Order" type'],
  ['ALTER TABLE users ALTER id SET GENERATED ALWAYS', 'table public.users column id identity'],
  ['ALTER TABLE users ALTER name SET STATISTICS 500', 'table public.users column name statistics'],
  ['ALTER TABLE users ALTER name SET STORAGE external', 'table public.users column name storage'],
  ['ALTER TABLE users ADD age int', 'table public.users column age'],
  [
    'ALTER TABLE users RENAME updated_at TO changed_at',
    'table public.users column changed_at',
    'table public.users column updated_at',
    'table public.users constraint users_updated_at_not_null definition',
  ],
  ["COMMENT ON COLUMN users.email IS 'Address'", 'table public.users column email comment'],
  ['COMMENT ON TABLE users IS NULL', 'table public.users comment'],
  ["COMMENT ON INDEX users_name_idx IS 'x'", 'table public.users index users_name_idx comment'],
  ['DROP INDEX users_name_idx', 'table public.users index users_name_idx'],
  [
    'DROP INDEX users_name_idx; CREATE INDEX users_name_idx ON users (name)',
    'table public.users index users_name_idx definition',
  ],
  ['ALTER INDEX users_name_idx SET (fillfactor = 70)', 'table public.users index users_name_idx definition'],
  [
    'ALTER TABLE sales.orders DROP CONSTRAINT orders_user, ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE NOT VALID',
    'table sales.orders constraint orders_user definition',
  ],
  [
    'ALTER TABLE sales.orders ALTER CONSTRAINT orders_user DEFERRABLE',
    'table sales.orders constraint orders_user definition',
  ],
  ['ALTER TABLE users DROP CONSTRAINT email_has_at', 'table public.users constraint email_has_at'],
  ['ALTER TABLE users DISABLE TRIGGER users_touched', 'table public.users trigger users_touched enabled'],
  [
    'ALTER POLICY own_orders ON sales.orders USING (user_id = 2)',
    'table sales.orders policy own_orders using',
  ],
  ['ALTER TABLE sales.orders FORCE ROW LEVEL SECURITY', 'table sales.orders row security'],
  ['ALTER TABLE sales.orders SET (fillfactor = 90)', 'table sales.orders options'],
  ['ALTER TABLE sales.orders SET UNLOGGED', 'table sales.orders unlogged'],
  ['ALTER TABLE users REPLICA IDENTITY FULL', 'table public.users replica identity'],
  ['REVOKE SELECT ON users FROM PUBLIC', 'table public.users grant SELECT to PUBLIC'],
  ['REVOKE UPDATE (name) ON users FROM PUBLIC', 'table public.users column name grant UPDATE to PUBLIC'],
  [
    'REVOKE DELETE ON users FROM dbd_owner',
    'table public.users grant DELETE (revoked from the owner) to dbd_owner',
  ],
  [
    'REVOKE EXECUTE ON FUNCTION add(int, int) FROM PUBLIC',
    'function public.add(a integer, b integer) grant EXECUTE to PUBLIC',
  ],
  ["ALTER TYPE mood ADD VALUE 'great'", 'type public.mood labels'],
  ['ALTER DOMAIN amount DROP CONSTRAINT positive', 'type public.amount definition'],
  ['ALTER TYPE size ADD ATTRIBUTE depth int', 'type public.size definition'],
  ['ALTER SEQUENCE ticket INCREMENT 7', 'sequence public.ticket increment'],
  ['ALTER SEQUENCE ticket OWNED BY users.id', 'sequence public.ticket owned by'],
  [
    "ALTER TABLE events DETACH PARTITION events_2025; ALTER TABLE events ATTACH PARTITION events_2025 FOR VALUES FROM ('2025-01-01') TO ('2025-07-01')",
    'table public.events_2025 partition of',
  ],
  [
    'ALTER TABLE child NO INHERIT parent',
    'table public.child column a inherited',
    'table public.child inherits',
  ],
  ['ALTER VIEW loud SET (security_barrier = false)', 'view public.loud options'],
  [
    'CREATE OR REPLACE VIEW loud AS SELECT id, lower(name) AS name FROM users',
    'view public.loud definition',
    'view public.loud options',
  ],
  ['DROP INDEX daily_key', 'view public.daily index daily_key'],
  [
    "CREATE OR REPLACE FUNCTION add(a int, b int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT b + a'",
    'function public.add(a integer, b integer) definition',
  ],
  ['ALTER FUNCTION add(int, int) VOLATILE', 'function public.add(a integer, b integer) definition'],
  ["CREATE FUNCTION add(text) RETURNS text LANGUAGE sql AS 'SELECT $1'", 'function public.add(text)'],
  [
    "DROP AGGREGATE total(int); CREATE AGGREGATE total(int) (sfunc = add, stype = int, initcond = '1')",
    'aggregate public.total(integer) definition',
  ],
  ['DROP STATISTICS users_pair', 'statistics public.users_pair'],
  ['DROP RULE quiet ON parent', 'rule public.parent quiet'],
  ["COMMENT ON SCHEMA sales IS 'x'", 'schema sales comment'],
  ['CREATE SCHEMA "My Schema"', 'schema "My Schema"'],
  ['CREATE EXTENSION citext', 'extension citext'],
  [
    'ALTER DEFAULT PRIVILEGES IN SCHEMA sales GRANT SELECT ON TABLES TO PUBLIC',
    'default privileges dbd_owner in sales on r',
  ],
  [
    'ALTER TABLE users DROP feeling, ADD feeling mood',
    'statistics public.users_pair',
    'table public.users columns order differs',
  ],
];

describe('the witness', () => {
  const before = testDatabase({ sql: shop }).then(read);

  test.each(changes)('sees %s', async (sql, ...paths) => {
    const found = differences(await before, await after(sql));
    expect(found.map(({ path }) => path).toSorted()).toEqual(paths.toSorted());
    for (const { before: was, after: is } of found) expect(was).not.toBe(is);
  });

  test('sees no difference between databases that came about differently', async () => {
    const other = await testDatabase({
      sql: `CREATE TABLE u (b text, a int NOT NULL, gone int); ALTER TABLE u DROP gone; ALTER TABLE u ADD c int DEFAULT 7; CREATE INDEX u_c ON u (c);
            ALTER TABLE u ADD CONSTRAINT u_pkey PRIMARY KEY (a); COMMENT ON TABLE u IS 'x'; ALTER TABLE u ADD CONSTRAINT u_check CHECK (c > 0) NOT VALID; ALTER TABLE u VALIDATE CONSTRAINT u_check;
            GRANT SELECT ON u TO PUBLIC; CREATE TYPE m AS ENUM ('z'); ALTER TYPE m ADD VALUE 'a' BEFORE 'z';
            CREATE TABLE p (k int) PARTITION BY LIST (k); CREATE TABLE p1 (k int); ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN (1)`,
    });
    const one = await testDatabase({
      sql: `CREATE TABLE p (k int) PARTITION BY LIST (k); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE TYPE m AS ENUM ('a', 'z');
            CREATE TABLE u (b text, a int PRIMARY KEY, c int DEFAULT 7 CONSTRAINT u_check CHECK (c > 0)); CREATE INDEX u_c ON u USING btree (c); COMMENT ON TABLE u IS 'x'; GRANT SELECT ON u TO PUBLIC`,
    });
    const [left, right] = [await read(one), await read(other)];
    expect(left.tables.map((table) => table.name)).toEqual(['p', 'p1', 'u']);
    expect(differences(left, right)).toEqual([]);
  });

  test('ignores owners and grants where it is told to', async () => {
    const changed = await after(
      'REVOKE SELECT ON users FROM PUBLIC; REVOKE EXECUTE ON FUNCTION touched() FROM PUBLIC',
    );
    expect(differences(await before, changed)).toHaveLength(2);
    expect(differences(await before, changed, { grants: 'ignore' })).toEqual([]);
  });
});
