-- pair: a label at the end
-- from
CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (v e DEFAULT 'a'); INSERT INTO t VALUES ('b');
-- to
CREATE TYPE e AS ENUM ('a', 'b', 'c'); CREATE TABLE t (v e DEFAULT 'a'); INSERT INTO t VALUES ('b');

-- pair: labels at the start and in the middle
-- from
CREATE TYPE e AS ENUM ('b', 'd'); CREATE TABLE t (v e); INSERT INTO t VALUES ('b');
-- to
CREATE TYPE e AS ENUM ('a', 'b', 'c', 'd'); CREATE TABLE t (v e); INSERT INTO t VALUES ('b');

-- pair: a new label as a default
-- from
CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (id int, v e DEFAULT 'a'); INSERT INTO t VALUES (1, 'b');
-- to
CREATE TYPE e AS ENUM ('a', 'b', 'c'); CREATE TABLE t (id int, v e DEFAULT 'c', CHECK (v <> 'c' OR id > 0)); CREATE VIEW w AS SELECT id FROM t WHERE v = 'c'; INSERT INTO t VALUES (1, 'b');

-- pair: the order of labels
-- from
CREATE TYPE e AS ENUM ('a', 'b', 'c'); CREATE TABLE t (v e, l e[]); CREATE INDEX t_v ON t (v); INSERT INTO t VALUES ('b', '{a,b}');
-- to
CREATE TYPE e AS ENUM ('c', 'b', 'a'); CREATE TABLE t (v e, l e[]); CREATE INDEX t_v ON t (v); INSERT INTO t VALUES ('b', '{a,b}');

-- pair: a label with quotes and another case
-- from
CREATE TYPE "My Enum" AS ENUM ('it''s', 'A'); CREATE TABLE t (v "My Enum"); INSERT INTO t VALUES ('A');
-- to
CREATE TYPE "My Enum" AS ENUM ('it''s', 'A', 'a', ''); CREATE TABLE t (v "My Enum"); INSERT INTO t VALUES ('A');

-- pair: a label goes that a function, a view and an index speak of
-- from
CREATE TYPE e AS ENUM ('a', 'b', 'c'); CREATE TABLE t (id int, v e NOT NULL DEFAULT 'a'); CREATE INDEX t_v ON t (v) WHERE v = 'a'; CREATE VIEW w AS SELECT id FROM t WHERE v = 'a'; CREATE FUNCTION f(e) RETURNS e LANGUAGE sql AS 'SELECT $1'; INSERT INTO t VALUES (1, 'b');
-- to
CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (id int, v e NOT NULL DEFAULT 'a'); CREATE INDEX t_v ON t (v) WHERE v = 'a'; CREATE VIEW w AS SELECT id FROM t WHERE v = 'a'; CREATE FUNCTION f(e) RETURNS e LANGUAGE sql AS 'SELECT $1'; INSERT INTO t VALUES (1, 'b');

-- pair: an enum goes
-- from
CREATE TYPE e AS ENUM ('a'); CREATE TABLE t (id int, v e); INSERT INTO t VALUES (1, 'a');
-- to
CREATE TABLE t (id int); INSERT INTO t VALUES (1);

-- pair: a domain and its checks
-- from
CREATE DOMAIN d AS text CONSTRAINT short CHECK (length(VALUE) < 10); CREATE TABLE t (v d); INSERT INTO t VALUES ('a');
-- to
CREATE DOMAIN d AS text DEFAULT 'x' NOT NULL CONSTRAINT short CHECK (length(VALUE) < 20) CONSTRAINT filled CHECK (VALUE <> ''); CREATE TABLE t (v d); INSERT INTO t VALUES ('a'); COMMENT ON CONSTRAINT filled ON DOMAIN d IS 'c';

-- pair: a check of a domain not valid
-- from
CREATE DOMAIN d AS int; CREATE TABLE t (v d); INSERT INTO t VALUES (-1);
-- to
CREATE DOMAIN d AS int; CREATE TABLE t (v d); INSERT INTO t VALUES (-1); ALTER DOMAIN d ADD CONSTRAINT positive CHECK (VALUE > 0) NOT VALID;

-- pair: the base of a domain
-- from
CREATE DOMAIN d AS int CHECK (VALUE > 0); CREATE TABLE t (id int PRIMARY KEY, v d); CREATE INDEX t_v ON t (v); INSERT INTO t VALUES (1, 5);
-- to
CREATE DOMAIN d AS bigint CHECK (VALUE > 0); CREATE TABLE t (id int PRIMARY KEY, v d); CREATE INDEX t_v ON t (v); INSERT INTO t VALUES (1, 5);

-- pair: a domain over a domain
-- from
-- to
CREATE DOMAIN d1 AS text COLLATE "C" CHECK (VALUE <> ''); CREATE DOMAIN d2 AS d1 CHECK (VALUE <> 'x'); CREATE TABLE t (v d2[]); INSERT INTO t VALUES ('{a}');

-- pair: a domain with a function in its check
-- from
CREATE FUNCTION ok(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 0'; CREATE DOMAIN d AS int; CREATE TABLE t (v d); INSERT INTO t VALUES (1);
-- to
CREATE FUNCTION ok(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 0'; CREATE DOMAIN d AS int CHECK (ok(VALUE)); CREATE TABLE t (v d); INSERT INTO t VALUES (1);

-- pair: attributes of a composite type
-- from
CREATE TYPE c AS (a int, b text); CREATE FUNCTION f(c) RETURNS int LANGUAGE sql AS 'SELECT 1';
-- to
CREATE TYPE c AS (a bigint, d date, b text COLLATE "C"); CREATE FUNCTION f(c) RETURNS int LANGUAGE sql AS 'SELECT 1';

-- pair: a composite type of a column
-- values: t.v
-- from
CREATE TYPE c AS (a int, b text); CREATE TABLE t (v c); INSERT INTO t VALUES ((1, 'x'));
-- to
CREATE TYPE c AS (a int, b text, d date); CREATE TABLE t (v c); INSERT INTO t VALUES ((1, 'x', NULL));

-- pair: composite types within one another
-- from
-- to
CREATE TYPE z AS (a int); CREATE TYPE y AS (x z, l z[]); CREATE TABLE t (v y); COMMENT ON COLUMN y.x IS 'part'; INSERT INTO t VALUES (ROW(ROW(1), '{}'));

-- pair: range types
-- from
CREATE TYPE r AS RANGE (subtype = float8); CREATE TABLE t (v r); INSERT INTO t VALUES ('[1,2)');
-- to
CREATE FUNCTION diff(float8, float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT $1 - $2'; CREATE TYPE r AS RANGE (subtype = float8, subtype_diff = diff, multirange_type_name = many_r); CREATE TABLE t (v r); INSERT INTO t VALUES ('[1,2)');

-- pair: collations
-- from
CREATE COLLATION c (provider = icu, locale = 'en'); CREATE TABLE t (v text COLLATE c); CREATE INDEX t_v ON t (v); INSERT INTO t VALUES ('a');
-- to
CREATE COLLATION c (provider = icu, locale = 'de-u-co-phonebk', deterministic = false); CREATE TABLE t (v text COLLATE c); CREATE INDEX t_v ON t (v); INSERT INTO t VALUES ('a'); COMMENT ON COLLATION c IS 'x';

-- pair: a base type
-- refused
-- superuser
-- from
-- to
CREATE TYPE mytext; CREATE FUNCTION mytext_in(cstring) RETURNS mytext LANGUAGE internal IMMUTABLE STRICT AS 'textin'; CREATE FUNCTION mytext_out(mytext) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE mytext (INPUT = mytext_in, OUTPUT = mytext_out, INTERNALLENGTH = VARIABLE, STORAGE = extended); CREATE TABLE t (v mytext); INSERT INTO t VALUES ('a');

-- pair: a type that a function, a table and a domain use goes
-- from
CREATE TYPE c AS (a int); CREATE DOMAIN d AS c; CREATE FUNCTION f() RETURNS c LANGUAGE sql AS 'SELECT ROW(1)::c'; CREATE TABLE t (id int, v c); INSERT INTO t VALUES (1, ROW(1));
-- to
CREATE TABLE t (id int); INSERT INTO t VALUES (1);
