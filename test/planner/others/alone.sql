-- pair: schema
-- from
CREATE SCHEMA one;
GRANT USAGE ON SCHEMA one TO app1;
CREATE VIEW one.v AS SELECT 1 AS a;
-- to
CREATE SCHEMA one;
COMMENT ON SCHEMA one IS 'x';
GRANT CREATE, USAGE ON SCHEMA one TO app1 WITH GRANT OPTION;
CREATE SCHEMA "Tw o""; DROP";
CREATE VIEW "Tw o""; DROP"."q ""x" AS SELECT 1 AS "A b";
COMMENT ON SCHEMA public IS 'ours';
REVOKE USAGE ON SCHEMA public FROM PUBLIC;
-- pair: default privileges
CREATE SCHEMA s;
-- from
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app1;
CREATE VIEW v AS SELECT 1 AS a;
-- to
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app2;
ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT EXECUTE ON FUNCTIONS TO app1 WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
CREATE VIEW v AS SELECT 1 AS a;
CREATE VIEW w AS SELECT 2 AS b;
CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER DEFAULT PRIVILEGES FOR ROLE app3 GRANT USAGE ON TYPES TO app1;
-- pair: event trigger
CREATE FUNCTION ef() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
-- from
CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION ef();
-- to
CREATE EVENT TRIGGER e ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'ALTER TABLE') EXECUTE FUNCTION ef();
ALTER EVENT TRIGGER e DISABLE;
COMMENT ON EVENT TRIGGER e IS 'x';
-- pair: extension
-- from
-- to
CREATE SCHEMA ext;
CREATE EXTENSION hstore SCHEMA ext;
CREATE EXTENSION pg_trgm;
COMMENT ON EXTENSION pg_trgm IS 'mine';
CREATE FUNCTION h() RETURNS ext.hstore LANGUAGE sql AS $$ SELECT NULL::ext.hstore $$;
-- pair: publications
CREATE TABLE t (a int PRIMARY KEY, b text);
CREATE TABLE u (a int PRIMARY KEY);
CREATE SCHEMA s;
-- from
CREATE PUBLICATION p FOR TABLE t;
CREATE PUBLICATION q;
-- to
CREATE PUBLICATION p FOR TABLE t (a) WHERE (a > 5), u WITH (publish = 'insert, delete', publish_via_partition_root);
CREATE PUBLICATION q FOR TABLE t;
CREATE PUBLICATION r FOR ALL TABLES;
CREATE PUBLICATION s1 FOR TABLES IN SCHEMA s;
COMMENT ON PUBLICATION p IS 'x';
-- pair: publication with replaced table
CREATE TABLE k (a int);
-- from
CREATE TABLE t (a int PRIMARY KEY, b text);
CREATE PUBLICATION p FOR TABLE t, k;
-- to
CREATE TABLE u (a int PRIMARY KEY);
CREATE PUBLICATION p FOR TABLE u, k;
-- pair: fdw
-- from
CREATE EXTENSION postgres_fdw;
CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'a', port '5');
-- to
CREATE EXTENSION postgres_fdw;
CREATE SERVER s VERSION '2' FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'b', dbname 'x');
CREATE USER MAPPING FOR app1 SERVER s OPTIONS (user 'bob');
CREATE USER MAPPING FOR PUBLIC SERVER s;
GRANT USAGE ON FOREIGN SERVER s TO app2;
COMMENT ON SERVER s IS 'z';
CREATE FOREIGN TABLE ft (a int) SERVER s OPTIONS (table_name 'x');
-- pair: own wrapper
-- from
-- to
CREATE FOREIGN DATA WRAPPER w OPTIONS (debug 'true');
CREATE SERVER s TYPE 't' FOREIGN DATA WRAPPER w;
GRANT USAGE ON FOREIGN DATA WRAPPER w TO app1;
-- pair: text search
-- from
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = pg_catalog.simple, stopwords = english);
CREATE TEXT SEARCH CONFIGURATION c (COPY = pg_catalog.english);
-- to
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = pg_catalog.simple, accept = false);
CREATE TEXT SEARCH CONFIGURATION c (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION c ALTER MAPPING FOR asciiword, word WITH d, english_stem;
ALTER TEXT SEARCH CONFIGURATION c DROP MAPPING FOR email;
COMMENT ON TEXT SEARCH CONFIGURATION c IS 'x';
CREATE TEXT SEARCH TEMPLATE tt (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY d2 (TEMPLATE = tt);
CREATE TEXT SEARCH PARSER pp (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
-- pair: language and method
-- from
-- to
CREATE LANGUAGE plmine HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
COMMENT ON LANGUAGE plmine IS 'x';
CREATE ACCESS METHOD h2 TYPE TABLE HANDLER heap_tableam_handler;
CREATE CONVERSION cv FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;
COMMENT ON CONVERSION cv IS 'k';
-- pair: roles
-- from
CREATE ROLE r1 LOGIN VALID UNTIL '2031-01-01';
CREATE ROLE r2;
GRANT r2 TO r1;
ALTER ROLE r1 SET search_path = a, "B c";
CREATE VIEW v AS SELECT 1 AS a;
GRANT SELECT ON v TO r2;
-- to
CREATE ROLE r1 NOLOGIN CREATEDB CONNECTION LIMIT 5 VALID UNTIL '2030-01-01';
CREATE ROLE r3 BYPASSRLS;
GRANT r1 TO r3 WITH ADMIN OPTION;
ALTER ROLE r1 SET statement_timeout = '5s';
COMMENT ON ROLE r3 IS 'x';
CREATE VIEW v AS SELECT 1 AS a;
GRANT SELECT ON v TO r3;
GRANT SET ON PARAMETER work_mem TO r3;
-- pair: hostile names
-- from
CREATE SCHEMA "s ""; DROP";
CREATE TYPE "s ""; DROP"."é t" AS ENUM ('it''s', 'a"b');
CREATE FUNCTION "s ""; DROP"."f ""'"("é t" text DEFAULT 'x''y') RETURNS text LANGUAGE sql AS $$ SELECT 'q' $$;
-- to
CREATE SCHEMA "s ""; DROP";
CREATE TYPE "s ""; DROP"."é t" AS ENUM ('it''s', 'new''', 'a"b');
CREATE FUNCTION "s ""; DROP"."f ""'"("é t" text DEFAULT 'x''y') RETURNS text LANGUAGE sql AS $$ SELECT 'z' $$;
COMMENT ON FUNCTION "s ""; DROP"."f ""'"(text) IS 'it''s \ "x"';
CREATE DOMAIN "s ""; DROP"."user" AS text CHECK (VALUE <> '');
CREATE VIEW "s ""; DROP"."select" AS SELECT 1 AS "from";
GRANT SELECT ("from") ON "s ""; DROP"."select" TO app1;
CREATE ROLE "we ird""r";
GRANT SELECT ON "s ""; DROP"."select" TO "we ird""r";
-- pair: do roles
-- from
-- to
DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dorole') THEN CREATE ROLE dorole NOLOGIN; END IF; END $$;
DO $$ BEGIN CREATE ROLE dorole; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
BEGIN;
CREATE TABLE t (a int);
ALTER TABLE t OWNER TO dorole;
GRANT SELECT ON t TO app1;
COMMIT;
SET SESSION AUTHORIZATION app1;
RESET SESSION AUTHORIZATION;
GRANT app1 TO app2;
REVOKE app1 FROM app2;
COMMENT ON ROLE dorole IS 'x';
-- pair: pg_dump like
-- from
-- to
\restrict abc
SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET row_security = off;
CREATE SCHEMA x;
ALTER SCHEMA x OWNER TO app1;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE FUNCTION x.f() RETURNS integer LANGUAGE sql AS $$ SELECT count(*)::int FROM x.later $$;
ALTER FUNCTION x.f() OWNER TO app1;
CREATE TABLE x.later (a integer);
ALTER TABLE x.later OWNER TO app1;
\unrestrict abc
-- pair: grants by others
-- from
CREATE VIEW v AS SELECT 1 AS a;
GRANT SELECT ON v TO app1 WITH GRANT OPTION;
SET ROLE app1;
GRANT SELECT ON v TO app2;
RESET ROLE;
-- to
CREATE VIEW v AS SELECT 1 AS a;
GRANT SELECT ON v TO app1;
GRANT UPDATE (a) ON v TO app1;
REVOKE DELETE ON v FROM CURRENT_USER;
-- pair: view over new column and function
-- from
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;
-- to
CREATE TYPE mood AS ENUM ('x', 'y');
CREATE FUNCTION g(int) RETURNS mood LANGUAGE sql AS $$ SELECT 'x'::mood $$;
CREATE TABLE t (a int, b mood DEFAULT g(1));
CREATE VIEW v AS SELECT a, b, g(a) AS c FROM t;
CREATE VIEW v2 AS SELECT * FROM v;
CREATE FUNCTION h(v2) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE VIEW v3 AS SELECT h(v2) FROM v2;
