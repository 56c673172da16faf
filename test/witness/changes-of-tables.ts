/** Tables, columns, constraints, indexes, partitions. */
import { bySuperuser, change, type SingleChange } from './single-change.ts';

const users = 'table public.users';
const orders = 'table sales.orders';

export const changesOfTables: readonly SingleChange[] = [
  // Tables.
  change('CREATE TABLE other (a int)', 'table public.other exists'),
  change('DROP TABLE child', 'table public.child exists'),
  change(
    'ALTER TABLE parent RENAME TO elder',
    'table public.elder exists',
    'table public.parent exists',
    'table public.child pg_inherits.inhparent',
    'publication pub table public.elder exists',
    'publication pub table public.parent exists',
  ),
  change(
    'ALTER TABLE parent SET SCHEMA sales',
    'table sales.parent exists',
    'table public.parent exists',
    'table public.child pg_inherits.inhparent',
    'publication pub table sales.parent exists',
    'publication pub table public.parent exists',
  ),
  change('ALTER TABLE sales.orders SET (fillfactor = 70)', `${orders} pg_class.reloptions`),
  change('ALTER TABLE users SET (toast.autovacuum_enabled = off)', `${users} pg_class.reltoastrelid`),
  change(
    'ALTER TABLE sales.orders SET UNLOGGED',
    `${orders} pg_class.relpersistence`,
    `${orders} index apart pg_class.relpersistence`,
    `${orders} index orders_pkey pg_class.relpersistence`,
  ),
  change('ALTER TABLE users REPLICA IDENTITY FULL', `${users} pg_class.relreplident`),
  change(
    'ALTER TABLE users REPLICA IDENTITY USING INDEX users_pkey',
    `${users} pg_class.relreplident`,
    `${users} index users_pkey pg_index.indisreplident`,
  ),
  change('ALTER TABLE users CLUSTER ON users_pkey', `${users} index users_pkey pg_index.indisclustered`),
  change('ALTER TABLE users ENABLE ROW LEVEL SECURITY', `${users} pg_class.relrowsecurity`),
  change('ALTER TABLE sales.orders FORCE ROW LEVEL SECURITY', `${orders} pg_class.relforcerowsecurity`),
  bySuperuser(
    'ALTER TABLE parent OWNER TO writer',
    'table public.parent pg_class.relowner',
    'table public.parent pg_class.relacl',
  ),
  bySuperuser('ALTER TABLE child SET ACCESS METHOD heap2', 'table public.child pg_class.relam'),
  change(
    'ALTER TABLE child NO INHERIT parent',
    'table public.child pg_inherits.inhparent',
    'table public.child column a pg_attribute.attinhcount',
    'table public.child column a pg_attribute.attislocal',
    'table public.child column b pg_attribute.attinhcount',
    'table public.child column b pg_attribute.attislocal',
  ),
  // Columns.
  change('ALTER TABLE users ADD age int', `${users} column age exists`),
  change('ALTER TABLE users DROP tags', `${users} column tags exists`, `${users} index users_tags exists`),
  change("ALTER TABLE users ALTER email SET DEFAULT 'b'", `${users} column email pg_attrdef.adbin`),
  change('ALTER TABLE users ALTER email DROP DEFAULT', `${users} column email pg_attrdef.adbin`),
  {
    sql: 'ALTER TABLE users ALTER email DROP NOT NULL',
    sees: [`${users} column email pg_attribute.attnotnull`],
    since18: [`${users} constraint users_email_not_null exists`],
  },
  {
    sql: 'ALTER TABLE users ALTER name SET NOT NULL',
    sees: [`${users} column name pg_attribute.attnotnull`],
    since18: [`${users} constraint users_name_not_null exists`],
  },
  change('ALTER TABLE users ALTER price TYPE numeric(12,2)', `${users} column price pg_attribute.atttypid`),
  change(
    'ALTER TABLE sales.orders ALTER state TYPE varchar(12)',
    `${orders} column state pg_attribute.atttypid`,
  ),
  change(
    'ALTER TABLE sales.orders ALTER state TYPE text COLLATE "C"',
    `${orders} column state pg_attribute.attcollation`,
  ),
  change(
    'ALTER TABLE sales.orders ALTER state SET STORAGE external',
    `${orders} column state pg_attribute.attstorage`,
  ),
  change(
    'ALTER TABLE sales.orders ALTER state SET COMPRESSION pglz',
    `${orders} column state pg_attribute.attcompression`,
  ),
  change(
    'ALTER TABLE sales.orders ALTER state SET STATISTICS 77',
    `${orders} column state pg_attribute.attstattarget`,
  ),
  change(
    'ALTER TABLE sales.orders ALTER state SET (n_distinct = 7)',
    `${orders} column state pg_attribute.attoptions`,
  ),
  change('ALTER TABLE users ALTER id SET GENERATED ALWAYS', `${users} column id pg_attribute.attidentity`),
  change(
    'ALTER TABLE users ALTER id DROP IDENTITY',
    `${users} column id pg_attribute.attidentity`,
    'sequence public.users_id_seq exists',
  ),
  change(
    'ALTER TABLE users ALTER loud DROP EXPRESSION',
    `${users} column loud pg_attribute.attgenerated`,
    `${users} column loud pg_attrdef.adbin`,
  ),
  {
    sql: 'ALTER TABLE users ALTER loud SET EXPRESSION AS (lower(email))',
    sees: [`${users} column loud pg_attrdef.adbin`],
    since: 17,
  },
  change('ALTER TABLE events_1 ALTER id SET DEFAULT 3', 'table public.events_1 column id pg_attrdef.adbin'),
  {
    sql: 'ALTER TABLE events_1 ALTER id SET NOT NULL',
    sees: ['table public.events_1 column id pg_attribute.attnotnull'],
    since18: ['table public.events_1 constraint events_1_id_not_null exists'],
  },
  change(
    'ALTER TABLE users DROP at; ALTER TABLE users ADD at timestamptz DEFAULT now(); ALTER TABLE users DROP feeling; ALTER TABLE users ADD feeling mood',
    `${users} pg_attribute.attnum`,
  ),
  // Constraints.
  change('ALTER TABLE users DROP CONSTRAINT has_at', `${users} constraint has_at exists`),
  change(
    "ALTER TABLE users DROP CONSTRAINT has_at, ADD CONSTRAINT has_at CHECK (email <> 'x')",
    `${users} constraint has_at pg_constraint.conbin`,
  ),
  change(
    "ALTER TABLE users DROP CONSTRAINT has_at, ADD CONSTRAINT has_at CHECK (email <> '') NOT VALID",
    `${users} constraint has_at pg_constraint.convalidated`,
  ),
  change(
    "ALTER TABLE users DROP CONSTRAINT has_at, ADD CONSTRAINT has_at CHECK (email <> '') NO INHERIT",
    `${users} constraint has_at pg_constraint.connoinherit`,
  ),
  change(
    'ALTER TABLE users RENAME CONSTRAINT has_at TO filled',
    `${users} constraint filled exists`,
    `${users} constraint has_at exists`,
  ),
  change('ALTER TABLE sales.orders DROP CONSTRAINT orders_user', `${orders} constraint orders_user exists`),
  change(
    'ALTER TABLE sales.orders DROP CONSTRAINT orders_user, ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE',
    `${orders} constraint orders_user pg_constraint.confdeltype`,
  ),
  change(
    'ALTER TABLE sales.orders DROP CONSTRAINT orders_user, ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users ON UPDATE CASCADE ON DELETE SET NULL',
    `${orders} constraint orders_user pg_constraint.confupdtype`,
  ),
  change(
    'ALTER TABLE sales.orders DROP CONSTRAINT orders_user, ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users ON DELETE SET NULL (user_id)',
    `${orders} constraint orders_user pg_constraint.confdelsetcols`,
  ),
  change(
    'ALTER TABLE sales.orders DROP CONSTRAINT orders_user, ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users MATCH FULL ON DELETE SET NULL',
    `${orders} constraint orders_user pg_constraint.confmatchtype`,
  ),
  change(
    'ALTER TABLE sales.orders ALTER CONSTRAINT orders_user DEFERRABLE',
    `${orders} constraint orders_user pg_constraint.condeferrable`,
  ),
  change(
    'ALTER TABLE sales.orders ALTER CONSTRAINT orders_user DEFERRABLE INITIALLY DEFERRED',
    `${orders} constraint orders_user pg_constraint.condeferrable`,
    `${orders} constraint orders_user pg_constraint.condeferred`,
  ),
  {
    sql: 'ALTER TABLE sales.orders ALTER CONSTRAINT orders_user NOT ENFORCED',
    sees: [
      `${orders} constraint orders_user pg_constraint.conenforced`,
      `${orders} constraint orders_user pg_constraint.convalidated`,
    ],
    since: 18,
  },
  bySuperuser(
    'ALTER TABLE sales.orders DISABLE TRIGGER ALL',
    `${orders} constraint orders_user pg_trigger.tgenabled`,
  ),
  change(
    'ALTER TABLE users DROP CONSTRAINT unique_name, ADD CONSTRAINT unique_name UNIQUE NULLS NOT DISTINCT (name)',
    `${users} index unique_name pg_index.indnullsnotdistinct`,
  ),
  change(
    'ALTER TABLE sales.orders DROP CONSTRAINT apart, ADD CONSTRAINT apart EXCLUDE USING gist (during WITH -|-)',
    `${orders} constraint apart pg_constraint.conexclop`,
  ),
  {
    sql: 'ALTER TABLE users RENAME CONSTRAINT users_email_not_null TO mail',
    sees: [`${users} constraint mail exists`, `${users} constraint users_email_not_null exists`],
    since: 18,
  },
  change(
    'ALTER TABLE parent ADD CONSTRAINT c CHECK (a > 0)',
    'table public.child constraint c exists',
    'table public.parent constraint c exists',
  ),
  // Indexes.
  change('DROP INDEX users_tags', `${users} index users_tags exists`),
  change(
    'ALTER INDEX users_tags RENAME TO tagged',
    `${users} index tagged exists`,
    `${users} index users_tags exists`,
  ),
  change('ALTER INDEX users_tags SET (fastupdate = off)', `${users} index users_tags pg_class.reloptions`),
  change(
    'ALTER INDEX users_email ALTER COLUMN 1 SET STATISTICS 9',
    `${users} index users_email pg_attribute 1`,
  ),
  change(
    'DROP INDEX users_email; CREATE INDEX users_email ON users (lower(email) text_pattern_ops) INCLUDE (name) WHERE name IS NOT NULL',
    `${users} index users_email pg_index.indoption`,
  ),
  change(
    'DROP INDEX users_email; CREATE INDEX users_email ON users (lower(email) DESC) INCLUDE (name) WHERE name IS NOT NULL',
    `${users} index users_email pg_index.indclass`,
  ),
  change(
    'DROP INDEX users_email; CREATE INDEX users_email ON users (upper(email) text_pattern_ops DESC) INCLUDE (name) WHERE name IS NOT NULL',
    `${users} index users_email pg_index.indexprs`,
  ),
  change(
    'DROP INDEX users_email; CREATE INDEX users_email ON users (lower(email) text_pattern_ops DESC) INCLUDE (name)',
    `${users} index users_email pg_index.indpred`,
  ),
  change(
    'DROP INDEX users_email; CREATE INDEX users_email ON users (lower(email) text_pattern_ops DESC) INCLUDE (id) WHERE name IS NOT NULL',
    `${users} index users_email pg_index.indkey`,
  ),
  change(
    'DROP INDEX users_email; CREATE UNIQUE INDEX users_email ON users (lower(email) text_pattern_ops DESC) INCLUDE (name) WHERE name IS NOT NULL',
    `${users} index users_email pg_index.indisunique`,
  ),
  change(
    'DROP INDEX users_email; CREATE INDEX users_email ON users (lower(email) COLLATE "C" text_pattern_ops DESC) INCLUDE (name) WHERE name IS NOT NULL',
    `${users} index users_email pg_index.indcollation`,
  ),
  bySuperuser(
    "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'users_tags'::regclass",
    `${users} index users_tags pg_index.indisvalid`,
  ),
  change('DROP INDEX daily_id', 'materialized view public.daily index daily_id exists'),
  change(
    'DROP INDEX events_id; CREATE INDEX events_id ON ONLY events (id); CREATE INDEX events_1_id_idx ON events_1 (id)',
    'table public.events index events_id pg_index.indisvalid',
    'table public.events_1 index events_1_id_idx pg_class.relispartition',
    'table public.events_1 index events_1_id_idx pg_inherits.inhparent',
  ),
  // Partitions.
  {
    sql: 'ALTER TABLE events DETACH PARTITION events_1',
    sees: [
      'table public.events_1 pg_class.relispartition',
      'table public.events_1 pg_class.relpartbound',
      'table public.events_1 pg_inherits.inhparent',
      'table public.events_1 column id pg_attribute.attinhcount',
      'table public.events_1 column id pg_attribute.attislocal',
      'table public.events_1 column at pg_attribute.attinhcount',
      'table public.events_1 column at pg_attribute.attislocal',
      'table public.events_1 index events_1_id_idx pg_class.relispartition',
      'table public.events_1 index events_1_id_idx pg_inherits.inhparent',
      'table public.events_1 trigger events_touched exists',
    ],
    since18: [
      'table public.events_1 constraint events_at_not_null pg_constraint.coninhcount',
      'table public.events_1 constraint events_at_not_null pg_constraint.conislocal',
    ],
  },
  change('CREATE TABLE events_2 PARTITION OF events DEFAULT', 'table public.events_2 exists'),
  change(
    'ALTER TABLE events_1 DISABLE TRIGGER events_touched',
    'table public.events_1 trigger events_touched pg_trigger.tgenabled',
  ),
];
