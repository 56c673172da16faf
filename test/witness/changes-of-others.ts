/** Everything that is no part of a table, or stands beside one. */
import { bySuperuser, change, type SingleChange } from './single-change.ts';

const users = 'table public.users';
const orders = 'table sales.orders';

export const changesOfOthers: readonly SingleChange[] = [
  // Views.
  change(
    'CREATE OR REPLACE VIEW seen AS SELECT id, email FROM users WHERE id > 0',
    'view public.seen pg_rewrite.ev_action',
  ),
  change('ALTER VIEW seen SET (security_invoker = true)', 'view public.seen pg_class.reloptions'),
  change("ALTER VIEW seen ALTER email SET DEFAULT 'x'", 'view public.seen column email pg_attrdef.adbin'),
  change(
    'REFRESH MATERIALIZED VIEW daily WITH NO DATA',
    'materialized view public.daily pg_class.relispopulated',
  ),
  change(
    'ALTER MATERIALIZED VIEW daily RENAME COLUMN email TO mail',
    'materialized view public.daily column email exists',
    'materialized view public.daily column mail exists',
    'materialized view public.daily pg_rewrite.ev_action',
  ),
  // Triggers, policies, rules.
  change('DROP TRIGGER later ON users', `${users} trigger later exists`),
  change(
    'ALTER TABLE users DISABLE TRIGGER users_touched',
    `${users} trigger users_touched pg_trigger.tgenabled`,
  ),
  change(
    'ALTER TABLE users ENABLE ALWAYS TRIGGER users_touched',
    `${users} trigger users_touched pg_trigger.tgenabled`,
  ),
  change(
    "DROP TRIGGER users_touched ON users; CREATE TRIGGER users_touched BEFORE UPDATE OF email ON users FOR EACH ROW WHEN (old.email <> new.email) EXECUTE FUNCTION touched('y')",
    `${users} trigger users_touched pg_trigger.tgargs`,
  ),
  change(
    "DROP TRIGGER users_touched ON users; CREATE TRIGGER users_touched BEFORE UPDATE OF email ON users FOR EACH ROW WHEN (old.email < new.email) EXECUTE FUNCTION touched('x')",
    `${users} trigger users_touched pg_trigger.tgqual`,
  ),
  change(
    "DROP TRIGGER users_touched ON users; CREATE TRIGGER users_touched BEFORE UPDATE OF name ON users FOR EACH ROW WHEN (old.email <> new.email) EXECUTE FUNCTION touched('x')",
    `${users} trigger users_touched pg_trigger.tgattr`,
  ),
  change(
    "DROP TRIGGER users_touched ON users; CREATE TRIGGER users_touched AFTER UPDATE OF email ON users FOR EACH ROW WHEN (old.email <> new.email) EXECUTE FUNCTION touched('x')",
    `${users} trigger users_touched pg_trigger.tgtype`,
  ),
  change(
    "DROP TRIGGER users_touched ON users; CREATE TRIGGER users_touched BEFORE UPDATE OF email ON users FOR EACH ROW WHEN (old.email <> new.email) EXECUTE FUNCTION touched2('x')",
    `${users} trigger users_touched pg_trigger.tgfoid`,
  ),
  change(
    'DROP TRIGGER later ON users; CREATE CONSTRAINT TRIGGER later AFTER INSERT ON users DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION touched()',
    `${users} trigger later pg_trigger.tginitdeferred`,
  ),
  change('ALTER POLICY own ON sales.orders USING (user_id = 2)', `${orders} policy own pg_policy.polqual`),
  change(
    'ALTER POLICY own ON sales.orders WITH CHECK (total > 1)',
    `${orders} policy own pg_policy.polwithcheck`,
  ),
  change('ALTER POLICY own ON sales.orders TO reader, writer', `${orders} policy own pg_policy.polroles`),
  change(
    'DROP POLICY own ON sales.orders; CREATE POLICY own ON sales.orders AS RESTRICTIVE FOR UPDATE TO reader USING (user_id = 1) WITH CHECK (total > 0)',
    `${orders} policy own pg_policy.polpermissive`,
  ),
  change(
    'DROP POLICY own ON sales.orders; CREATE POLICY own ON sales.orders FOR ALL TO reader USING (user_id = 1) WITH CHECK (total > 0)',
    `${orders} policy own pg_policy.polcmd`,
  ),
  change(
    'CREATE OR REPLACE RULE quiet AS ON DELETE TO parent WHERE old.a > 0 DO INSTEAD NOTHING',
    'table public.parent rule quiet pg_rewrite.ev_action',
  ),
  change('ALTER TABLE parent DISABLE RULE quiet', 'table public.parent rule quiet pg_rewrite.ev_enabled'),
  // Routines.
  change(
    "CREATE OR REPLACE FUNCTION add(a int, b int DEFAULT 1) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT b + a'",
    'function public.add(integer, integer) pg_proc.prosrc',
  ),
  change(
    "CREATE OR REPLACE FUNCTION add(a int, b int DEFAULT 2) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a + b'",
    'function public.add(integer, integer) pg_proc.proargdefaults',
  ),
  change(
    "DROP FUNCTION add; CREATE FUNCTION add(x int, b int DEFAULT 1) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT x + b'",
    'function public.add(integer, integer) pg_proc.proargnames',
    'function public.add(integer, integer) pg_proc.prosrc',
  ),
  change('ALTER FUNCTION add(int, int) STABLE', 'function public.add(integer, integer) pg_proc.provolatile'),
  change('ALTER FUNCTION add(int, int) STRICT', 'function public.add(integer, integer) pg_proc.proisstrict'),
  change(
    'ALTER FUNCTION add(int, int) SECURITY DEFINER',
    'function public.add(integer, integer) pg_proc.prosecdef',
  ),
  change(
    'ALTER FUNCTION add(int, int) PARALLEL SAFE',
    'function public.add(integer, integer) pg_proc.proparallel',
  ),
  change('ALTER FUNCTION add(int, int) COST 5', 'function public.add(integer, integer) pg_proc.procost'),
  change(
    'ALTER FUNCTION add(int, int) SET search_path = pg_catalog',
    'function public.add(integer, integer) pg_proc.proconfig',
  ),
  bySuperuser(
    'ALTER FUNCTION add(int, int) LEAKPROOF',
    'function public.add(integer, integer) pg_proc.proleakproof',
  ),
  change(
    'CREATE OR REPLACE FUNCTION atomic() RETURNS int LANGUAGE sql RETURN 2',
    'function public.atomic() pg_proc.prosqlbody',
  ),
  change(
    "CREATE FUNCTION add(text) RETURNS text LANGUAGE sql AS 'SELECT $1'",
    'function public.add(text) exists',
  ),
  change('DROP PROCEDURE work', 'procedure public.work() exists'),
  change(
    "DROP AGGREGATE total(int); CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '1')",
    'aggregate public.total(integer) pg_aggregate.agginitval',
  ),
  change(
    'ALTER FUNCTION touched() DEPENDS ON EXTENSION plpgsql',
    'function public.touched() pg_depend.refobjid (depends on extension)',
  ),
  // Types.
  change("ALTER TYPE mood ADD VALUE 'great'", 'type public.mood pg_enum.enumlabel'),
  change("ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'", 'type public.mood pg_enum.enumlabel'),
  change('ALTER TYPE size ADD ATTRIBUTE depth int', 'type public.size column depth exists'),
  change('ALTER DOMAIN amount SET DEFAULT 2', 'type public.amount pg_type.typdefaultbin'),
  {
    sql: 'ALTER DOMAIN amount SET NOT NULL',
    sees: ['type public.amount pg_type.typnotnull'],
    since18: ['type public.amount constraint amount_not_null exists'],
  },
  change('ALTER DOMAIN amount DROP CONSTRAINT positive', 'type public.amount constraint positive exists'),
  change(
    'ALTER DOMAIN amount DROP CONSTRAINT positive; ALTER DOMAIN amount ADD CONSTRAINT positive CHECK (VALUE >= 0) NOT VALID',
    'type public.amount constraint positive pg_constraint.convalidated',
  ),
  change(
    'DROP TYPE span; CREATE TYPE span AS RANGE (subtype = float8, subtype_diff = float8mi, multirange_type_name = spans)',
    'type public.span pg_range.rngsubdiff',
  ),
  change(
    "DROP COLLATION german; CREATE COLLATION german (provider = icu, locale = 'de', deterministic = false)",
    'collation public.german pg_collation.collisdeterministic',
  ),
  // Sequences.
  change('ALTER SEQUENCE ticket INCREMENT 3', 'sequence public.ticket pg_sequence.seqincrement'),
  change('ALTER SEQUENCE ticket CACHE 9', 'sequence public.ticket pg_sequence.seqcache'),
  change('ALTER SEQUENCE ticket CYCLE', 'sequence public.ticket pg_sequence.seqcycle'),
  change('ALTER SEQUENCE ticket START 6', 'sequence public.ticket pg_sequence.seqstart'),
  change('ALTER SEQUENCE ticket OWNED BY users.id', 'sequence public.ticket pg_depend.refobjid (owned by)'),
  change('ALTER SEQUENCE users_id_seq MAXVALUE 99', 'sequence public.users_id_seq pg_sequence.seqmax'),
  // Rights and comments.
  change('REVOKE UPDATE ON users FROM reader', `${users} pg_class.relacl`),
  change('GRANT SELECT ON users TO reader WITH GRANT OPTION', `${users} pg_class.relacl`),
  change('REVOKE DELETE ON users FROM CURRENT_USER', `${users} pg_class.relacl`),
  change('REVOKE UPDATE (name) ON users FROM writer', `${users} column name pg_attribute.attacl`),
  change(
    'REVOKE EXECUTE ON FUNCTION add FROM PUBLIC',
    'function public.add(integer, integer) pg_proc.proacl',
  ),
  change('REVOKE USAGE ON TYPE mood FROM PUBLIC', 'type public.mood pg_type.typacl'),
  change('GRANT USAGE ON TYPE users TO reader', `${users} pg_type.typacl`),
  change('GRANT CREATE ON SCHEMA sales TO writer', 'schema sales pg_namespace.nspacl'),
  bySuperuser(
    'REVOKE EXECUTE ON FUNCTION pg_catalog.abs(int) FROM PUBLIC',
    'function pg_catalog.abs(integer) exists',
  ),
  bySuperuser(
    'GRANT EXECUTE ON FUNCTION citext_eq(citext, citext) TO reader',
    'function public.citext_eq(public.citext,public.citext) exists',
  ),
  change(
    'ALTER DEFAULT PRIVILEGES IN SCHEMA sales GRANT INSERT ON TABLES TO reader',
    'default privileges of owner in sales on tables pg_default_acl.defaclacl',
  ),
  change(
    'ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO reader',
    'default privileges of owner on types exists',
  ),
  change("COMMENT ON COLUMN users.email IS 'x'", `${users} column email pg_description.description`),
  change(
    "COMMENT ON CONSTRAINT has_at ON users IS 'x'",
    `${users} constraint has_at pg_description.description`,
  ),
  change("COMMENT ON INDEX users_tags IS 'x'", `${users} index users_tags pg_description.description`),
  change("COMMENT ON TRIGGER later ON users IS 'x'", `${users} trigger later pg_description.description`),
  change("COMMENT ON TYPE span IS 'x'", 'type public.span pg_description.description'),
  bySuperuser("COMMENT ON SCHEMA public IS 'x'", 'schema public pg_description.description'),
  bySuperuser(
    "COMMENT ON FUNCTION pg_catalog.abs(int) IS 'x'",
    'comments on what the server brings along, pg_proc pg_description.description',
  ),
  // The rest.
  change(
    'DROP STATISTICS pair; CREATE STATISTICS pair (dependencies) ON email, name FROM users',
    'statistics public.pair pg_statistic_ext.stxkind',
  ),
  change('ALTER STATISTICS pair SET STATISTICS 9', 'statistics public.pair pg_statistic_ext.stxstattarget'),
  change(
    "ALTER PUBLICATION pub SET (publish = 'insert, update, delete')",
    'publication pub pg_publication.pubtruncate',
  ),
  change(
    'ALTER PUBLICATION pub SET TABLE users (id, email) WHERE (id > 1), ONLY parent',
    'publication pub table public.users pg_publication_rel.prqual',
  ),
  change(
    'ALTER PUBLICATION pub SET TABLE users (id) WHERE (id > 0), ONLY parent',
    'publication pub table public.users pg_publication_rel.prattrs',
  ),
  change('ALTER PUBLICATION pub DROP TABLE ONLY parent', 'publication pub table public.parent exists'),
  bySuperuser('CREATE PUBLICATION whole FOR TABLES IN SCHEMA sales', 'publication whole exists'),
  change(
    'ALTER TEXT SEARCH DICTIONARY plain (ACCEPT = false)',
    'text search dictionary public.plain pg_ts_dict.dictinitoption',
  ),
  change(
    'ALTER TEXT SEARCH CONFIGURATION words ALTER MAPPING FOR word WITH plain',
    'text search configuration public.words pg_ts_config_map.mapdict',
  ),
  change(
    'ALTER OPERATOR === (int, text) SET (RESTRICT = eqsel)',
    'operator public.===(integer, text) pg_operator.oprrest',
  ),
  change(
    'DROP CAST (int AS size); CREATE CAST (int AS size) WITH FUNCTION to_size(int) AS ASSIGNMENT',
    'cast (integer AS public.size) pg_cast.castcontext',
  ),
  bySuperuser('ALTER EXTENSION citext SET SCHEMA sales', 'extension citext pg_extension.extnamespace'),
  bySuperuser(
    "ALTER FOREIGN TABLE remote OPTIONS (SET t 'b')",
    'foreign table public.remote pg_foreign_table.ftoptions',
  ),
  bySuperuser(
    "ALTER FOREIGN TABLE remote ALTER id OPTIONS (SET c 'y')",
    'foreign table public.remote column id pg_attribute.attfdwoptions',
  ),
  bySuperuser("ALTER SERVER far OPTIONS (SET host 'b')", 'server far pg_foreign_server.srvoptions'),
  bySuperuser(
    "ALTER USER MAPPING FOR reader SERVER far OPTIONS (SET password 'two')",
    'server far user mapping of reader pg_user_mapping.umoptions',
  ),
  bySuperuser(
    "ALTER FOREIGN DATA WRAPPER fdw OPTIONS (SET a '2')",
    'foreign-data wrapper fdw pg_foreign_data_wrapper.fdwoptions',
  ),
  bySuperuser('ALTER EVENT TRIGGER watch DISABLE', 'event trigger watch pg_event_trigger.evtenabled'),
  bySuperuser(
    'ALTER OPERATOR FAMILY fam USING btree ADD OPERATOR 1 > (int, bigint)',
    'operator family public.fam using btree operator 1 (integer, bigint) exists',
  ),
  bySuperuser(
    "DROP CONVERSION conv; CREATE DEFAULT CONVERSION conv FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1",
    'conversion public.conv pg_conversion.condefault',
  ),
  bySuperuser(
    'DROP LANGUAGE mine; CREATE TRUSTED LANGUAGE mine HANDLER plpgsql_call_handler',
    'language mine pg_language.lanpltrusted',
  ),
  bySuperuser(
    "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = ''9MB''', current_database()); END $$",
    'settings of the database exists',
  ),
  change('CREATE SCHEMA "My Schema"', 'schema "My Schema" exists'),
];
