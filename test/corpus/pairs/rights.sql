-- pair: rights on a table
-- both
CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'x');
-- from
GRANT SELECT, INSERT ON t TO reader; GRANT ALL ON t TO writer WITH GRANT OPTION;
-- to
GRANT SELECT ON t TO reader WITH GRANT OPTION; GRANT UPDATE, DELETE ON t TO writer; GRANT SELECT ON t TO PUBLIC; GRANT TRUNCATE ON t TO "Team ""X""";

-- pair: rights on columns
-- both
CREATE TABLE t (id int PRIMARY KEY, a text, "B" int); INSERT INTO t VALUES (1, 'x', 2);
-- from
GRANT SELECT (id, a), UPDATE (a) ON t TO reader;
-- to
GRANT SELECT (id), INSERT ("B") ON t TO reader; GRANT REFERENCES (id) ON t TO writer WITH GRANT OPTION;

-- pair: rights of a column that is made again
-- from
CREATE TABLE t (id int PRIMARY KEY, a int GENERATED ALWAYS AS (id + 1) STORED); GRANT SELECT (a) ON t TO reader; COMMENT ON COLUMN t.a IS 'kept'; INSERT INTO t VALUES (1);
-- to
CREATE TABLE t (id int PRIMARY KEY, a int GENERATED ALWAYS AS (id + 2) STORED); GRANT SELECT (a) ON t TO reader; COMMENT ON COLUMN t.a IS 'kept'; INSERT INTO t VALUES (1);

-- pair: rights on sequences, functions, types and schemas
-- alone
-- both
CREATE SEQUENCE s; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TYPE e AS ENUM ('a'); CREATE DOMAIN d AS int; CREATE SCHEMA x;
-- from
GRANT USAGE ON SEQUENCE s TO reader; GRANT USAGE ON SCHEMA x TO reader;
-- to
GRANT SELECT, UPDATE ON SEQUENCE s TO writer; REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC; GRANT EXECUTE ON FUNCTION f() TO reader; REVOKE USAGE ON TYPE e FROM PUBLIC; GRANT USAGE ON DOMAIN d TO reader WITH GRANT OPTION; GRANT CREATE ON SCHEMA x TO writer;

-- pair: rights of a function that is made again
-- from
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC; GRANT EXECUTE ON FUNCTION f() TO reader;
-- to
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$SELECT 'a'$$; REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC; GRANT EXECUTE ON FUNCTION f() TO reader;

-- pair: the owner takes rights from itself
-- both
CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1);
-- from
-- to
REVOKE UPDATE, DELETE ON t FROM CURRENT_USER;

-- pair: rights of views and materialized views
-- both
CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1); CREATE VIEW v AS SELECT id FROM t; CREATE MATERIALIZED VIEW m AS SELECT id FROM t;
-- from
GRANT SELECT ON v TO reader;
-- to
GRANT SELECT ON m TO reader; GRANT INSERT ON v TO writer;

-- pair: owners
-- alone
-- both
CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t DEFAULT VALUES; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE SCHEMA x; CREATE TYPE e AS ENUM ('a'); CREATE VIEW v AS SELECT 1 AS a;
GRANT CREATE ON SCHEMA public TO writer; DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO writer', current_database()); END $$;
-- from
-- to
ALTER TABLE t OWNER TO writer; ALTER FUNCTION f() OWNER TO writer; ALTER SCHEMA x OWNER TO writer; ALTER TYPE e OWNER TO writer; ALTER VIEW v OWNER TO writer;

-- pair: default privileges
-- alone
-- from
CREATE SCHEMA x; ALTER DEFAULT PRIVILEGES IN SCHEMA x GRANT SELECT ON TABLES TO reader;
-- to
CREATE SCHEMA x; ALTER DEFAULT PRIVILEGES IN SCHEMA x GRANT SELECT, INSERT ON TABLES TO reader WITH GRANT OPTION; ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO writer; ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC; ALTER DEFAULT PRIVILEGES GRANT USAGE ON SCHEMAS TO reader;

-- pair: default privileges and what is made under them
-- alone
-- from
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader; CREATE TABLE t (id int); INSERT INTO t VALUES (1);
-- to
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader; CREATE TABLE t (id int); INSERT INTO t VALUES (1); CREATE TABLE u (id int); REVOKE ALL ON u FROM reader; CREATE TABLE w (id int); CREATE VIEW v AS SELECT id FROM w;

-- pair: default privileges of a role that goes from types
-- alone
-- from
ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC; CREATE TYPE e AS ENUM ('a');
-- to
CREATE TYPE e AS ENUM ('a');

-- pair: policies
-- both
CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'x');
-- from
ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t FOR SELECT TO reader USING (id > 0); COMMENT ON POLICY p ON t IS 'x';
-- to
ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY; CREATE POLICY p ON t FOR SELECT TO reader, writer USING (id > 1 AND a IS NOT NULL); CREATE POLICY q ON t AS RESTRICTIVE FOR INSERT WITH CHECK (a <> '');

-- pair: the command of a policy
-- both
CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'x'); ALTER TABLE t ENABLE ROW LEVEL SECURITY;
-- from
CREATE POLICY p ON t FOR UPDATE TO reader USING (id > 0) WITH CHECK (id > 1); COMMENT ON POLICY p ON t IS 'kept';
-- to
CREATE POLICY p ON t AS RESTRICTIVE FOR ALL TO reader USING (id > 0); COMMENT ON POLICY p ON t IS 'kept';

-- pair: a policy with a function and another table
-- both
CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'x'); ALTER TABLE t ENABLE ROW LEVEL SECURITY;
-- from
-- to
CREATE TABLE members (who name); CREATE FUNCTION is_member() RETURNS bool LANGUAGE sql STABLE AS 'SELECT true'; CREATE POLICY p ON t USING (is_member() AND EXISTS (SELECT 1 FROM members m WHERE m.who = current_user));

-- pair: a policy loses its check
-- both
CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1);
-- from
ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t USING (id > 0) WITH CHECK (id > 1);
-- to
CREATE POLICY p ON t USING (id > 0);
