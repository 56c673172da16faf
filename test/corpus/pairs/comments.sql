-- pair: comments on everything of a table
-- both
CREATE TABLE t (id int PRIMARY KEY, a text CONSTRAINT filled CHECK (a <> '')); INSERT INTO t VALUES (1, 'x'); CREATE INDEX t_a ON t (a); CREATE SEQUENCE s; CREATE VIEW v AS SELECT id FROM t; CREATE STATISTICS st ON id, a FROM t;
-- from
COMMENT ON TABLE t IS 'old'; COMMENT ON COLUMN t.id IS 'goes';
-- to
COMMENT ON TABLE t IS 'new, with ''quotes'' and \ and
lines'; COMMENT ON COLUMN t.a IS 'a'; COMMENT ON CONSTRAINT filled ON t IS 'c'; COMMENT ON INDEX t_a IS 'i'; COMMENT ON SEQUENCE s IS 's'; COMMENT ON VIEW v IS 'v'; COMMENT ON COLUMN v.id IS 'vc'; COMMENT ON STATISTICS st IS 'st'; COMMENT ON CONSTRAINT t_pkey ON t IS 'pk';

-- pair: comments on routines and types
-- both
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE PROCEDURE p() LANGUAGE plpgsql AS 'BEGIN END'; CREATE TYPE e AS ENUM ('a'); CREATE TYPE c AS (x int); CREATE DOMAIN d AS int;
-- from
COMMENT ON TYPE e IS 'goes';
-- to
COMMENT ON FUNCTION f(int) IS 'f'; COMMENT ON PROCEDURE p() IS 'p'; COMMENT ON TYPE c IS 'c'; COMMENT ON COLUMN c.x IS 'x'; COMMENT ON DOMAIN d IS 'd';

-- pair: comments on schemas and extensions
-- alone
-- extension: citext
-- from
CREATE SCHEMA x; COMMENT ON SCHEMA public IS NULL;
-- to
CREATE SCHEMA x; COMMENT ON SCHEMA x IS 'x'; COMMENT ON SCHEMA public IS 'ours';

-- pair: comments of what is made again
-- from
CREATE TABLE t (a int); CREATE INDEX i ON t (a); COMMENT ON INDEX i IS 'kept'; ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0); COMMENT ON CONSTRAINT c ON t IS 'kept'; INSERT INTO t VALUES (1);
-- to
CREATE TABLE t (a int); CREATE INDEX i ON t (a DESC); COMMENT ON INDEX i IS 'kept'; ALTER TABLE t ADD CONSTRAINT c CHECK (a >= 0); COMMENT ON CONSTRAINT c ON t IS 'kept'; INSERT INTO t VALUES (1);

-- pair: statistics objects
-- both
CREATE TABLE t (a int, b int, c text); INSERT INTO t VALUES (1, 2, 'x');
-- from
CREATE STATISTICS s (ndistinct) ON a, b FROM t; CREATE STATISTICS gone ON a, c FROM t;
-- to
CREATE STATISTICS s (ndistinct, dependencies, mcv) ON a, b, c FROM t; ALTER STATISTICS s SET STATISTICS 200; CREATE STATISTICS e ON (a + b), (lower(c)) FROM t;
