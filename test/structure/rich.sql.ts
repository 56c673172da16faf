/** A structure with everything that a restore has to carry over; the objects are made in an order that no sorting by name or kind would give. */
export function richSql(major: number): string {
  return `${everywhere}${major >= 15 ? since15 : ''}${major >= 17 ? since17 : ''}${major >= 18 ? since18 : ''}`;
}

const everywhere = `
CREATE SCHEMA app; CREATE SCHEMA "Odd ""Schema"""; COMMENT ON SCHEMA app IS 'the application''s';
CREATE TYPE app.mood AS ENUM ('calm', 'busy', 'it''s odd');
CREATE TYPE app.pair AS (a integer, b text COLLATE "C");
COMMENT ON COLUMN app.pair.b IS 'second, of two';
CREATE DOMAIN app.percentage AS integer DEFAULT 5 NOT NULL CONSTRAINT in_range CHECK (VALUE BETWEEN 0 AND 100);
CREATE DOMAIN app.later AS text CONSTRAINT first CHECK (VALUE <> '');
ALTER DOMAIN app.later ADD CONSTRAINT second CHECK (length(VALUE) < 9) NOT VALID;
CREATE FUNCTION app.float_distance(a double precision, b double precision) RETURNS double precision LANGUAGE sql IMMUTABLE AS 'SELECT a - b';
CREATE TYPE app.floats AS RANGE (subtype = double precision, subtype_diff = app.float_distance);
CREATE COLLATION app.numeric_order (provider = icu, locale = 'en-u-kn-true', deterministic = false);
CREATE COLLATION app.plain (provider = libc, locale = 'C');
CREATE TEXT SEARCH DICTIONARY app.stems (TEMPLATE = snowball, language = english, stopwords = english);
CREATE TEXT SEARCH CONFIGURATION app.search (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION app.search ADD MAPPING FOR asciiword, word WITH app.stems, simple;
ALTER TEXT SEARCH CONFIGURATION app.search ADD MAPPING FOR int WITH simple;
CREATE SEQUENCE app.numbers AS integer INCREMENT BY 5 MINVALUE 10 START WITH 20 CACHE 3 CYCLE;
COMMENT ON SEQUENCE app.numbers IS 'fives';

CREATE TABLE app.zebra (id bigint GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME app.zebra_numbers START WITH 7 INCREMENT BY 3), name text COLLATE app.plain NOT NULL, kind app.mood DEFAULT 'calm',
  pairs app.pair[], share app.percentage, span app.floats, doc jsonb, tags text[], code char(5), amount numeric(12, 2) DEFAULT 0.5, at timestamptz DEFAULT now(),
  total numeric GENERATED ALWAYS AS (amount * 2) STORED, body tsvector, box box, addr inet, number integer DEFAULT nextval('app.numbers'), later app.later,
  CONSTRAINT positive CHECK (amount >= 0), CONSTRAINT named CHECK (name <> '') NO INHERIT) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, toast.autovacuum_enabled = false);
CREATE TABLE app.alpha (id serial, zebra_id bigint, "Größe" numeric, "select" text, note text, PRIMARY KEY (id));
COMMENT ON TABLE app.alpha IS 'comes second'; COMMENT ON COLUMN app.alpha."Größe" IS 'it''s size \\ slash';
CREATE INDEX alpha_z ON app.alpha (zebra_id DESC NULLS LAST) WITH (fillfactor = 60);
ALTER TABLE app.zebra ADD CONSTRAINT zebra_pkey PRIMARY KEY (id) WITH (fillfactor = 80);
CREATE INDEX zebra_b ON app.zebra (lower(name), (amount + 1)); ALTER INDEX app.zebra_b ALTER COLUMN 2 SET STATISTICS 77;
CREATE UNIQUE INDEX zebra_a ON app.zebra (code) INCLUDE (amount, kind) WHERE amount > 1;
ALTER TABLE app.zebra ADD CONSTRAINT zebra_code UNIQUE (code, kind) DEFERRABLE INITIALLY DEFERRED;
CREATE INDEX zebra_gin ON app.zebra USING gin (doc jsonb_path_ops) WITH (fastupdate = off);
CREATE INDEX zebra_tags ON app.zebra USING gin (tags);
CREATE INDEX zebra_gist ON app.zebra USING gist (box);
CREATE INDEX zebra_body ON app.zebra USING gist (body tsvector_ops (siglen = 100));
CREATE INDEX zebra_brin ON app.zebra USING brin (at timestamptz_minmax_multi_ops (values_per_range = 16)) WITH (pages_per_range = 32, autosummarize = on);
CREATE INDEX zebra_hash ON app.zebra USING hash (name);
CREATE INDEX zebra_spgist ON app.zebra USING spgist (addr);
CREATE INDEX zebra_pattern ON app.zebra (name text_pattern_ops, code COLLATE "C" DESC);
CREATE INDEX zebra_broken ON app.zebra (at);
ALTER TABLE app.zebra ADD CONSTRAINT no_overlap EXCLUDE USING gist (span WITH &&) WHERE (amount > 0);
CREATE STATISTICS app.zebra_many (ndistinct, dependencies) ON code, kind FROM app.zebra; ALTER STATISTICS app.zebra_many SET STATISTICS 55;
CREATE STATISTICS app.a_expr ON (lower(name)), amount FROM app.zebra; COMMENT ON STATISTICS app.a_expr IS 'of an expression';
ALTER TABLE app.zebra ALTER COLUMN name SET STATISTICS 500, ALTER COLUMN name SET (n_distinct = -0.5), ALTER COLUMN doc SET STORAGE external, ALTER COLUMN body SET COMPRESSION pglz;
CLUSTER app.zebra USING zebra_pkey;
CREATE TABLE app.refs (id integer PRIMARY KEY, zebra_id bigint CONSTRAINT to_zebra REFERENCES app.zebra ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE, parent integer REFERENCES app.refs);
ALTER TABLE app.refs ADD CONSTRAINT late FOREIGN KEY (parent) REFERENCES app.alpha (id) NOT VALID; ALTER TABLE app.refs ADD CONSTRAINT small CHECK (id < 1000000) NOT VALID;
COMMENT ON CONSTRAINT late ON app.refs IS 'not yet';
ALTER TABLE app.alpha ADD CONSTRAINT circle FOREIGN KEY (zebra_id) REFERENCES app.zebra; ALTER TABLE app.alpha REPLICA IDENTITY USING INDEX alpha_pkey;
CREATE UNLOGGED TABLE app.scratch (a integer, b text); CREATE TABLE app.nothing ();
CREATE TABLE "Odd ""Schema"""."T; DROP TABLE x --" ("a""b" integer PRIMARY KEY, "'; ALTER ROLE x" text DEFAULT '''; DROP', "ü${'é'.repeat(20)}" date);
CREATE INDEX "I; '" ON "Odd ""Schema"""."T; DROP TABLE x --" ("'; ALTER ROLE x");

CREATE TABLE app.parent (a integer NOT NULL, b text DEFAULT 'p', CONSTRAINT a_positive CHECK (a > 0));
CREATE TABLE app.other_parent (z integer);
CREATE TABLE app.child (c integer) INHERITS (app.parent, app.other_parent);
ALTER TABLE app.parent ADD COLUMN late_one integer; ALTER TABLE app.child ALTER COLUMN b SET DEFAULT 'c';
CREATE TABLE app.adopted (b text, a integer NOT NULL, x integer, late_one integer, CONSTRAINT a_positive CHECK (a > 0)); ALTER TABLE app.adopted INHERIT app.parent;
CREATE INDEX child_a ON app.child (a);

CREATE TABLE app.early_part (day date NOT NULL, id bigint NOT NULL, region text DEFAULT 'here');
CREATE TABLE app.events (id bigint NOT NULL, day date NOT NULL, region text, CONSTRAINT day_known CHECK (day > '2000-01-01'), CONSTRAINT events_pk PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE app.events_1 PARTITION OF app.events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') WITH (fillfactor = 90);
CREATE TABLE app.events_d PARTITION OF app.events DEFAULT;
CREATE TABLE app.events_2 PARTITION OF app.events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY RANGE (id);
CREATE TABLE app.events_2_eu PARTITION OF app.events_2 FOR VALUES FROM (MINVALUE) TO (1000); CREATE TABLE app.events_2_rest PARTITION OF app.events_2 DEFAULT;
ALTER TABLE app.early_part ADD CONSTRAINT day_known CHECK (day > '2000-01-01'), ADD CONSTRAINT own_check CHECK (id > 0);
CREATE INDEX "own name" ON app.early_part (region);
ALTER TABLE app.events ATTACH PARTITION app.early_part FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE INDEX events_region ON app.events (region); CREATE INDEX events_region_again ON app.events (region);
CREATE INDEX half ON ONLY app.events (id, region);
CREATE INDEX half_1 ON app.events_1 (id, region); ALTER INDEX app.half ATTACH PARTITION app.half_1;
CREATE TABLE app.hashed (id integer, v text) PARTITION BY HASH (id); CREATE TABLE app.hashed_0 PARTITION OF app.hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE app.hashed_1 PARTITION OF app.hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
ALTER TABLE app.events ADD CONSTRAINT events_alpha FOREIGN KEY (region) REFERENCES app.keys_of (region);
ALTER TABLE app.events_1 ADD CONSTRAINT own_fk FOREIGN KEY (region) REFERENCES app.keys_of (region);
CREATE TABLE app.of_events (id bigint, day date, FOREIGN KEY (id, day) REFERENCES app.events);

CREATE FUNCTION app.twice(n integer, OUT r integer) LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 7 AS 'SELECT n * 2';
CREATE FUNCTION app.twice(n text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = app, pg_temp AS 'SELECT n || n';
CREATE FUNCTION app.rows_of() RETURNS SETOF app.zebra LANGUAGE sql STABLE ROWS 42 AS 'SELECT * FROM app.zebra';
CREATE PROCEDURE app.work(INOUT n integer) LANGUAGE plpgsql AS $$ BEGIN n := n + 1; END $$;
CREATE FUNCTION app.add(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE AGGREGATE app.sum_all(integer) (sfunc = app.add, stype = integer, initcond = 1, combinefunc = app.add, parallel = safe, sortop = >);
CREATE AGGREGATE app.joined(text) (sfunc = textcat, stype = text, initcond = '0, x = (it''s', sspace = 64);
CREATE AGGREGATE app.counted_rows(*) (sfunc = int8inc, stype = int8, initcond = 0, msfunc = int8inc, minvfunc = int8dec, mstype = int8, minitcond = 0);
CREATE FUNCTION app.last_of(integer, double precision, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE AGGREGATE app.middle(double precision ORDER BY integer) (sfunc = app.add, stype = integer, finalfunc = app.last_of, finalfunc_extra, finalfunc_modify = shareable);
CREATE FUNCTION app.same_pair(app.pair, app.pair) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a = ($2).a';
CREATE OPERATOR app.=== (FUNCTION = app.same_pair, LEFTARG = app.pair, RIGHTARG = app.pair, COMMUTATOR = OPERATOR(app.===), NEGATOR = OPERATOR(app.!==), RESTRICT = eqsel, JOIN = eqjoinsel);
CREATE OPERATOR app.!== (FUNCTION = app.same_pair, LEFTARG = app.pair, RIGHTARG = app.pair, NEGATOR = OPERATOR(app.===));
CREATE FUNCTION app.pair_text(app.pair) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ($1).b';
CREATE CAST (app.pair AS text) WITH FUNCTION app.pair_text(app.pair) AS ASSIGNMENT;
CREATE TABLE app.uses_function (n integer DEFAULT app.add(1, 2), m integer GENERATED ALWAYS AS (app.add(n, 1)) STORED, CHECK (app.add(n, 0) > 0));
CREATE FUNCTION app.newest(app.uses_function) RETURNS integer LANGUAGE sql AS 'SELECT 1';

CREATE VIEW app.v_first WITH (security_barrier) AS SELECT id, name, amount FROM app.zebra WHERE amount > 3 WITH LOCAL CHECK OPTION;
CREATE VIEW app.a_second AS SELECT v.id, count(*) AS n FROM app.v_first v LEFT JOIN app.alpha a ON a.zebra_id = v.id GROUP BY v.id;
CREATE VIEW app.by_key AS SELECT z.id, z.name, z.at FROM app.zebra z GROUP BY z.id; COMMENT ON COLUMN app.by_key.name IS 'of a view';
CREATE MATERIALIZED VIEW app.m AS SELECT id, name FROM app.v_first; CREATE UNIQUE INDEX m_id ON app.m (id); CREATE INDEX a_m ON app.m (name); ALTER MATERIALIZED VIEW app.m ALTER COLUMN name SET STATISTICS 321;
CREATE MATERIALIZED VIEW app.m_over AS SELECT count(*) AS n FROM app.m;
CREATE FUNCTION app.of_view(app.a_second) RETURNS bigint LANGUAGE sql AS 'SELECT ($1).n';
CREATE RULE quiet AS ON DELETE TO app.scratch DO INSTEAD NOTHING; CREATE RULE copy AS ON INSERT TO app.scratch DO ALSO INSERT INTO app.nothing DEFAULT VALUES; ALTER TABLE app.scratch DISABLE RULE copy;

CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER b_touch BEFORE INSERT OR UPDATE OF name ON app.zebra FOR EACH ROW WHEN (NEW.amount > 1) EXECUTE FUNCTION app.touch('x', 'y');
CREATE TRIGGER a_touch AFTER UPDATE ON app.zebra REFERENCING OLD TABLE AS was FOR EACH STATEMENT EXECUTE FUNCTION app.touch(); ALTER TABLE app.zebra DISABLE TRIGGER a_touch;
CREATE CONSTRAINT TRIGGER deferred AFTER INSERT ON app.alpha DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.touch(); ALTER TABLE app.alpha ENABLE ALWAYS TRIGGER deferred;
CREATE TRIGGER events_touch AFTER INSERT ON app.events FOR EACH ROW EXECUTE FUNCTION app.touch(); ALTER TABLE app.events_1 DISABLE TRIGGER events_touch;
CREATE TRIGGER instead INSTEAD OF INSERT ON app.a_second FOR EACH ROW EXECUTE FUNCTION app.touch(); COMMENT ON TRIGGER instead ON app.a_second IS 'for a view';
CREATE POLICY mine ON app.alpha FOR SELECT USING (note = current_user); CREATE POLICY strict ON app.alpha AS RESTRICTIVE FOR UPDATE TO PUBLIC USING (id > 0) WITH CHECK (id > 1);
ALTER TABLE app.alpha ENABLE ROW LEVEL SECURITY; ALTER TABLE app.zebra ENABLE ROW LEVEL SECURITY; ALTER TABLE app.zebra FORCE ROW LEVEL SECURITY;
`.replace(
  'CREATE TABLE app.early_part',
  'CREATE TABLE app.keys_of (region text PRIMARY KEY);\nCREATE TABLE app.early_part',
);

const since15 = `
CREATE TABLE app.nulls (a integer, CONSTRAINT same_nulls UNIQUE NULLS NOT DISTINCT (a));
CREATE VIEW app.as_caller WITH (security_invoker = true) AS SELECT 1 AS one;
CREATE FUNCTION app.atomic(n integer) RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT a.n FROM app.a_second a WHERE a.id = n; END;
`;

const since17 = `
CREATE TABLE app.counted (id bigint GENERATED BY DEFAULT AS IDENTITY, day date) PARTITION BY RANGE (day);
CREATE TABLE app.counted_1 PARTITION OF app.counted FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
`;

const since18 = `
CREATE TABLE app.virtual (a integer CONSTRAINT a_there NOT NULL NO INHERIT, b integer GENERATED ALWAYS AS (a * 2) VIRTUAL, c integer, CONSTRAINT c_there NOT NULL c NOT VALID);
ALTER TABLE app.virtual ADD CONSTRAINT hoped CHECK (a > 0) NOT ENFORCED;
CREATE TABLE app.periods (id integer, during daterange, CONSTRAINT periods_key UNIQUE (during));
`;

/** What only a superuser can do to {@link richSql}: roles, owners, grants, settings, what other servers hold. */
export function richAdminSql(major: number): string {
  return `${admin}${major >= 17 ? 'GRANT MAINTAIN ON app.alpha TO reader;' : ''}`;
}

const admin = `
CREATE ROLE reader; CREATE ROLE writer NOINHERIT IN ROLE reader; CREATE ROLE boss SUPERUSER; CREATE ROLE "o'dd; ""ALTER"" -- role" LOGIN PASSWORD 'secret' BYPASSRLS;
GRANT pg_monitor TO writer; GRANT pg_execute_server_program TO reader; GRANT "o'dd; ""ALTER"" -- role" TO writer;
ALTER SCHEMA app OWNER TO writer; GRANT USAGE ON SCHEMA app TO reader; GRANT CREATE ON SCHEMA app TO reader WITH GRANT OPTION;
ALTER TABLE app.zebra OWNER TO boss; ALTER TABLE app.alpha OWNER TO "o'dd; ""ALTER"" -- role"; ALTER VIEW app.a_second OWNER TO writer; ALTER MATERIALIZED VIEW app.m OWNER TO reader; ALTER SEQUENCE app.numbers OWNER TO writer;
ALTER TYPE app.mood OWNER TO reader; ALTER DOMAIN app.percentage OWNER TO writer; ALTER FUNCTION app.twice(text) OWNER TO boss; ALTER AGGREGATE app.middle(double precision ORDER BY integer) OWNER TO reader; ALTER PROCEDURE app.work(integer) OWNER TO writer;
GRANT SELECT, INSERT ON app.alpha TO reader, writer; GRANT UPDATE ON app.alpha TO reader WITH GRANT OPTION; GRANT SELECT (id, note), UPDATE (note) ON app.alpha TO PUBLIC; REVOKE TRUNCATE ON app.alpha FROM "o'dd; ""ALTER"" -- role";
GRANT SELECT ON app.a_second TO PUBLIC; GRANT USAGE ON SEQUENCE app.numbers TO reader; REVOKE EXECUTE ON FUNCTION app.twice(text) FROM PUBLIC; GRANT EXECUTE ON FUNCTION app.twice(text) TO reader; REVOKE USAGE ON TYPE app.mood FROM PUBLIC; GRANT SELECT ON app.m TO pg_monitor;
REVOKE USAGE ON SCHEMA public FROM PUBLIC; GRANT CREATE ON SCHEMA public TO reader; GRANT EXECUTE ON FUNCTION app.sum_all(integer) TO "o'dd; ""ALTER"" -- role";
ALTER DEFAULT PRIVILEGES FOR ROLE writer IN SCHEMA app GRANT SELECT ON TABLES TO reader; ALTER DEFAULT PRIVILEGES FOR ROLE "o'dd; ""ALTER"" -- role" REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE writer GRANT ALL ON SEQUENCES TO "o'dd; ""ALTER"" -- role" WITH GRANT OPTION;
CREATE POLICY for_roles ON app.zebra TO reader, "o'dd; ""ALTER"" -- role" USING (true);
ALTER DATABASE the_database SET search_path = app, "Odd ""Schema""", public; ALTER DATABASE the_database SET work_mem = '12MB'; ALTER ROLE reader SET enable_seqscan = off; ALTER ROLE writer IN DATABASE the_database SET random_page_cost = 1.25; ALTER DATABASE the_database SET statement_timeout = '1h';
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'app.zebra_broken'::regclass;
CREATE EXTENSION postgres_fdw; CREATE SERVER "Far away" TYPE 'old' VERSION '9' FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'db.far.example', port '5433', fdw_startup_cost '7');
CREATE FOREIGN DATA WRAPPER nobody; CREATE SERVER shell FOREIGN DATA WRAPPER nobody OPTIONS (address 'db.far.example');
CREATE FOREIGN TABLE app.distant (id integer OPTIONS (column_name 'nr') NOT NULL, name text, CONSTRAINT id_positive CHECK (id > 0)) SERVER "Far away" OPTIONS (schema_name 's', table_name 'distant''s'); CREATE FOREIGN TABLE app.in_shell (a integer) SERVER shell OPTIONS (path 'x');
CREATE FUNCTION app.noted() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER noted ON ddl_command_end EXECUTE FUNCTION app.noted();
CREATE OPERATOR CLASS app.ints FOR TYPE integer USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(integer, integer);
CREATE PUBLICATION sent FOR TABLE app.zebra;
`;
