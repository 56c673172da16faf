-- pair: indexes of every method appear
-- from
CREATE TABLE t (a int, b text, c int[], d int4range, p point); INSERT INTO t VALUES (1, 'x', '{1}', '[1,2)', '(1,1)');
-- to
CREATE TABLE t (a int, b text, c int[], d int4range, p point); INSERT INTO t VALUES (1, 'x', '{1}', '[1,2)', '(1,1)');
CREATE INDEX i_btree ON t (a); CREATE INDEX i_hash ON t USING hash (b); CREATE INDEX i_gin ON t USING gin (c); CREATE INDEX i_gist ON t USING gist (d); CREATE INDEX i_spgist ON t USING spgist (p); CREATE INDEX i_brin ON t USING brin (a) WITH (pages_per_range = 16);

-- pair: the order of an index
-- from
CREATE TABLE t (a int, b text); CREATE INDEX i ON t (a, b DESC); INSERT INTO t VALUES (1, 'x');
-- to
CREATE TABLE t (a int, b text); CREATE INDEX i ON t (a DESC NULLS LAST, b NULLS FIRST); INSERT INTO t VALUES (1, 'x');

-- pair: the predicate of an index
-- from
CREATE TABLE t (a int, b text); CREATE INDEX i ON t (a) WHERE b IS NOT NULL; INSERT INTO t VALUES (1, 'x');
-- to
CREATE TABLE t (a int, b text); CREATE INDEX i ON t (a) WHERE b = 'x' AND a > 0; INSERT INTO t VALUES (1, 'x');

-- pair: an index on an expression
-- from
CREATE TABLE t (a int, b text); CREATE INDEX i ON t (lower(b)); INSERT INTO t VALUES (1, 'x');
-- to
CREATE TABLE t (a int, b text); CREATE INDEX i ON t (upper(b), (a + 1)); INSERT INTO t VALUES (1, 'x');

-- pair: an index on an expression with a target of statistics
-- from
CREATE TABLE t (a int, b text); CREATE INDEX i ON t (lower(b)); INSERT INTO t VALUES (1, 'x');
-- to
CREATE TABLE t (a int, b text); CREATE INDEX i ON t (lower(b)); ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 333; INSERT INTO t VALUES (1, 'x');

-- pair: included columns
-- from
CREATE TABLE t (a int, b text, c int); CREATE INDEX i ON t (a); INSERT INTO t VALUES (1, 'x', 2);
-- to
CREATE TABLE t (a int, b text, c int); CREATE INDEX i ON t (a) INCLUDE (b, c); INSERT INTO t VALUES (1, 'x', 2);

-- pair: unique or not
-- from
CREATE TABLE t (a int); CREATE INDEX i ON t (a); INSERT INTO t VALUES (1);
-- to
CREATE TABLE t (a int); CREATE UNIQUE INDEX i ON t (a) NULLS NOT DISTINCT; INSERT INTO t VALUES (1);

-- pair: options of an index
-- from
CREATE TABLE t (a int, j jsonb); CREATE INDEX i ON t (a) WITH (fillfactor = 70); CREATE INDEX g ON t USING gin (j) WITH (fastupdate = off); INSERT INTO t VALUES (1, '{}');
-- to
CREATE TABLE t (a int, j jsonb); CREATE INDEX i ON t (a) WITH (deduplicate_items = off); CREATE INDEX g ON t USING gin (j); INSERT INTO t VALUES (1, '{}');

-- pair: operator classes and their options
-- from
CREATE TABLE t (b text, j jsonb, v tsvector); CREATE INDEX i ON t (b); CREATE INDEX g ON t USING gin (j); CREATE INDEX s ON t USING gist (v); INSERT INTO t VALUES ('x', '{}', 'a');
-- to
CREATE TABLE t (b text, j jsonb, v tsvector); CREATE INDEX i ON t (b text_pattern_ops); CREATE INDEX g ON t USING gin (j jsonb_path_ops); CREATE INDEX s ON t USING gist (v tsvector_ops (siglen = 100)); INSERT INTO t VALUES ('x', '{}', 'a');

-- pair: the collation of an index
-- from
CREATE TABLE t (b text); CREATE INDEX i ON t (b COLLATE "C"); INSERT INTO t VALUES ('x');
-- to
CREATE TABLE t (b text); CREATE INDEX i ON t (b COLLATE "POSIX"); INSERT INTO t VALUES ('x');

-- pair: an index of a materialized view
-- both
CREATE TABLE t (a int); INSERT INTO t VALUES (1); CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
-- from
CREATE INDEX m_a ON m (a);
-- to
CREATE UNIQUE INDEX m_a ON m (a DESC);

-- pair: the method of an index
-- from
CREATE TABLE t (b text); CREATE INDEX i ON t USING hash (b); INSERT INTO t VALUES ('x');
-- to
CREATE TABLE t (b text); CREATE INDEX i ON t (b); INSERT INTO t VALUES ('x');

-- pair: an index with a function that changes its body
-- from
CREATE FUNCTION norm(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower($1)'; CREATE TABLE t (b text); CREATE INDEX i ON t (norm(b)); INSERT INTO t VALUES ('x');
-- to
CREATE FUNCTION norm(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower(trim($1))'; CREATE TABLE t (b text); CREATE INDEX i ON t (norm(b)); INSERT INTO t VALUES ('x');

-- pair: an index with a function that is replaced by another
-- from
CREATE FUNCTION norm(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower($1)'; CREATE TABLE t (b text); CREATE INDEX i ON t (norm(b)); INSERT INTO t VALUES ('x');
-- to
CREATE FUNCTION norm(text) RETURNS varchar LANGUAGE sql IMMUTABLE AS 'SELECT lower($1)::varchar'; CREATE TABLE t (b text); CREATE INDEX i ON t (norm(b)); INSERT INTO t VALUES ('x');

-- pair: an index of one name on another table
-- from
CREATE TABLE a (x int); CREATE TABLE b (x int); CREATE INDEX i ON a (x); INSERT INTO a VALUES (1); INSERT INTO b VALUES (1);
-- to
CREATE TABLE a (x int); CREATE TABLE b (x int); CREATE INDEX i ON b (x); INSERT INTO a VALUES (1); INSERT INTO b VALUES (1);

-- pair: trigram index of an extension
-- extension: pg_trgm
-- from
CREATE TABLE t (b text); INSERT INTO t VALUES ('x');
-- to
CREATE TABLE t (b text); CREATE INDEX i ON t USING gin (b gin_trgm_ops); CREATE INDEX g ON t USING gist (b gist_trgm_ops (siglen = 32)); INSERT INTO t VALUES ('x');
