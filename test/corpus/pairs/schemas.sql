-- pair: a schema with everything in it appears
-- alone
-- from
-- to
CREATE SCHEMA "Other Schema"; CREATE TYPE "Other Schema".e AS ENUM ('a'); CREATE TABLE "Other Schema".t (id serial PRIMARY KEY, v "Other Schema".e); CREATE FUNCTION "Other Schema".f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE VIEW public.v AS SELECT * FROM "Other Schema".t; INSERT INTO "Other Schema".t (v) VALUES ('a');

-- pair: a reference to a table of another schema
-- alone
-- both
CREATE SCHEMA x; CREATE TABLE x.a (id int PRIMARY KEY); CREATE TABLE a (id int PRIMARY KEY); INSERT INTO x.a VALUES (1); INSERT INTO a VALUES (1);
-- from
CREATE TABLE b (a_id int, CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES a); INSERT INTO b VALUES (1);
-- to
CREATE TABLE b (a_id int, CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES x.a); INSERT INTO b VALUES (1);

-- pair: two tables of one name in two schemas
-- alone
-- both
CREATE SCHEMA x;
-- from
CREATE TABLE t (a int); CREATE TABLE x.t (b int); INSERT INTO t VALUES (1); INSERT INTO x.t VALUES (1);
-- to
CREATE TABLE t (a int, b int); CREATE TABLE x.t (b bigint); INSERT INTO t VALUES (1); INSERT INTO x.t VALUES (1);

-- pair: an extension appears
-- alone
-- superuser
-- from
CREATE TABLE t (a text); INSERT INTO t VALUES ('x');
-- to
CREATE SCHEMA ext; CREATE EXTENSION citext SCHEMA ext; CREATE TABLE t (a ext.citext); INSERT INTO t VALUES ('x');

-- pair: an extension in another schema
-- superuser
-- from
CREATE SCHEMA ext; CREATE EXTENSION hstore; CREATE TABLE t (a hstore); INSERT INTO t VALUES ('a=>1');
-- to
CREATE SCHEMA ext; CREATE EXTENSION hstore SCHEMA ext; CREATE TABLE t (a ext.hstore); INSERT INTO t VALUES ('a=>1');

-- pair: an extension of another version
-- superuser
-- only: there
-- from
CREATE EXTENSION hstore VERSION '1.5'; CREATE TABLE t (a hstore); INSERT INTO t VALUES ('a=>1');
-- to
CREATE EXTENSION hstore; CREATE TABLE t (a hstore); INSERT INTO t VALUES ('a=>1');

-- pair: an object of an extension is granted
-- extension: pg_trgm
-- superuser
-- from
-- to
GRANT EXECUTE ON FUNCTION similarity(text, text) TO reader; REVOKE EXECUTE ON FUNCTION similarity(text, text) FROM PUBLIC;
