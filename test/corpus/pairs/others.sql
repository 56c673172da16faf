-- pair: publications
-- alone
-- both
CREATE TABLE t (id int PRIMARY KEY, a text, b int); CREATE TABLE u (id int PRIMARY KEY); INSERT INTO t VALUES (1, 'x', 2); INSERT INTO u VALUES (1);
-- from
CREATE PUBLICATION p FOR TABLE t; COMMENT ON PUBLICATION p IS 'x';
-- to
CREATE PUBLICATION p FOR TABLE t (id, a) WHERE (id > 0), TABLE u WITH (publish = 'insert, update', publish_via_partition_root = true); CREATE PUBLICATION empty;

-- pair: publications of schemas
-- superuser
-- both
CREATE SCHEMA x; CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE x.u (id int PRIMARY KEY);
-- from
CREATE PUBLICATION p FOR TABLES IN SCHEMA x;
-- to
CREATE PUBLICATION p FOR TABLE t; CREATE PUBLICATION q FOR ALL TABLES WITH (publish = 'insert');

-- pair: a publication of a table that is made again
-- alone
-- from
CREATE TABLE t (id int PRIMARY KEY, a text); CREATE PUBLICATION p FOR TABLE t WHERE (a = 'x'); INSERT INTO t VALUES (1, 'x'); ALTER TABLE t REPLICA IDENTITY FULL;
-- to
CREATE TABLE t (id int PRIMARY KEY, a varchar(10)); CREATE PUBLICATION p FOR TABLE t WHERE (a = 'x'); INSERT INTO t VALUES (1, 'x'); ALTER TABLE t REPLICA IDENTITY FULL;

-- pair: foreign servers and tables
-- superuser
-- from
CREATE FOREIGN DATA WRAPPER w OPTIONS (a '1'); CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'a', port '1'); CREATE FOREIGN TABLE ft (id int, v text OPTIONS (x 'y')) SERVER s OPTIONS (t 'a');
-- to
CREATE FOREIGN DATA WRAPPER w OPTIONS (b '2'); CREATE SERVER s VERSION '2' FOREIGN DATA WRAPPER w OPTIONS (host 'b', dbname 'it''s'); CREATE FOREIGN TABLE ft (id int NOT NULL, v text OPTIONS (x 'z'), n int CHECK (n > 0)) SERVER s OPTIONS (t 'b', u 'c'); CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS ("user" 'u'); GRANT USAGE ON FOREIGN SERVER s TO reader; GRANT USAGE ON FOREIGN DATA WRAPPER w TO writer; COMMENT ON SERVER s IS 'x'; COMMENT ON FOREIGN TABLE ft IS 'y';

-- pair: a user mapping
-- superuser
-- both
CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;
-- from
CREATE USER MAPPING FOR reader SERVER s OPTIONS ("user" 'a');
-- to
CREATE USER MAPPING FOR reader SERVER s OPTIONS ("user" 'b'); CREATE USER MAPPING FOR writer SERVER s;

-- pair: a secret of a user mapping
-- superuser
-- refused
-- both
CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;
-- from
CREATE USER MAPPING FOR reader SERVER s OPTIONS ("user" 'a', password 'one');
-- to
CREATE USER MAPPING FOR reader SERVER s OPTIONS ("user" 'a', password 'two');

-- pair: a foreign table with a constraint, a view and a trigger
-- superuser
-- both
CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
-- from
CREATE FOREIGN TABLE ft (id int) SERVER s; CREATE VIEW v AS SELECT id FROM ft;
-- to
CREATE FOREIGN TABLE ft (id bigint DEFAULT 5, n int) SERVER s; CREATE VIEW v AS SELECT id FROM ft; CREATE TRIGGER tr AFTER INSERT ON ft FOR EACH ROW EXECUTE FUNCTION f(); GRANT SELECT ON ft TO reader;

-- pair: text search
-- from
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple, STOPWORDS = english); CREATE TEXT SEARCH CONFIGURATION c (COPY = simple);
-- to
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple, ACCEPT = false); CREATE TEXT SEARCH CONFIGURATION c (COPY = simple); ALTER TEXT SEARCH CONFIGURATION c ALTER MAPPING FOR asciiword, word WITH d, english_stem; ALTER TEXT SEARCH CONFIGURATION c DROP MAPPING FOR url; COMMENT ON TEXT SEARCH CONFIGURATION c IS 'x';

-- pair: an index with a text search configuration
-- from
CREATE TABLE t (v text); INSERT INTO t VALUES ('a');
-- to
CREATE TABLE t (v text); INSERT INTO t VALUES ('a'); CREATE TEXT SEARCH CONFIGURATION c (PARSER = "default"); ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR word WITH simple; CREATE INDEX i ON t USING gin (to_tsvector('c', v)); ALTER TABLE t ADD s tsvector GENERATED ALWAYS AS (to_tsvector('c', v)) STORED;

-- pair: a parser and a template
-- superuser
-- from
-- to
CREATE TEXT SEARCH PARSER p (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype); CREATE TEXT SEARCH TEMPLATE tt (LEXIZE = dsimple_lexize); CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = tt); CREATE TEXT SEARCH CONFIGURATION c (PARSER = p);

-- pair: casts
-- alone
-- both
CREATE TYPE c AS (a int); CREATE FUNCTION to_c(int) RETURNS c LANGUAGE sql IMMUTABLE AS 'SELECT ROW($1)::c'; CREATE TYPE e AS ENUM ('a');
-- from
CREATE CAST (int AS c) WITH FUNCTION to_c(int);
-- to
CREATE CAST (int AS c) WITH FUNCTION to_c(int) AS ASSIGNMENT; CREATE CAST (text AS e) WITH INOUT AS IMPLICIT; COMMENT ON CAST (text AS e) IS 'x';

-- pair: operators
-- both
CREATE FUNCTION eq(int, text) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1::text = $2'; CREATE FUNCTION qe(text, int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2::text'; CREATE FUNCTION neg(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT reverse($1)';
-- from
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = text, FUNCTION = eq);
-- to
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = text, FUNCTION = eq, COMMUTATOR = ===, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES); CREATE OPERATOR === (LEFTARG = text, RIGHTARG = int, FUNCTION = qe, COMMUTATOR = ===); CREATE OPERATOR !@ (RIGHTARG = text, FUNCTION = neg); COMMENT ON OPERATOR !@ (NONE, text) IS 'x';

-- pair: an operator that a view and a constraint use
-- both
CREATE FUNCTION eq(int, text) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1::text = $2'; CREATE FUNCTION eq2(int, text) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $2 = $1::text';
-- from
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = text, FUNCTION = eq); CREATE TABLE t (a int, b text, CHECK (a === b)); CREATE VIEW v AS SELECT a === b AS x FROM t; INSERT INTO t VALUES (1, '1');
-- to
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = text, FUNCTION = eq2); CREATE TABLE t (a int, b text, CHECK (a === b)); CREATE VIEW v AS SELECT a === b AS x FROM t; INSERT INTO t VALUES (1, '1');

-- pair: an operator class and its family
-- superuser
-- from
CREATE TABLE t (a int); INSERT INTO t VALUES (1);
-- to
CREATE OPERATOR FAMILY fam USING btree; CREATE OPERATOR CLASS down FOR TYPE int USING btree FAMILY fam AS OPERATOR 1 > , OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 btint4cmp(int, int); CREATE TABLE t (a int); CREATE INDEX i ON t (a down); INSERT INTO t VALUES (1); COMMENT ON OPERATOR CLASS down USING btree IS 'x';

-- pair: members of an operator family
-- superuser
-- both
CREATE OPERATOR FAMILY fam USING btree;
-- from
ALTER OPERATOR FAMILY fam USING btree ADD OPERATOR 1 < (int, bigint), FUNCTION 1 (int, bigint) btint48cmp(int, bigint);
-- to
ALTER OPERATOR FAMILY fam USING btree ADD OPERATOR 1 < (int, bigint), OPERATOR 3 = (int, bigint), FUNCTION 1 (int, bigint) btint48cmp(int, bigint);

-- pair: a conversion
-- superuser
-- from
-- to
CREATE CONVERSION conv FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1; COMMENT ON CONVERSION conv IS 'x';

-- pair: a transform and a language
-- superuser
-- from
-- to
CREATE LANGUAGE my_sql HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator; GRANT USAGE ON LANGUAGE plpgsql TO reader;

-- pair: an access method
-- superuser
-- from
CREATE TABLE t (a int); INSERT INTO t VALUES (1);
-- to
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler; CREATE TABLE t (a int) USING heap2; INSERT INTO t VALUES (1);

-- pair: settings of the database
-- shared
-- alone
-- from
-- to
DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = ''8MB''', current_database()); END $$;

-- pair: a subscription
-- shared
-- refused
-- superuser
-- from
CREATE SUBSCRIPTION sub CONNECTION 'host=nowhere dbname=x password=secret' PUBLICATION p WITH (connect = false, slot_name = NONE);
-- to
CREATE SUBSCRIPTION sub CONNECTION 'host=nowhere dbname=y password=secret' PUBLICATION p, q WITH (connect = false, slot_name = NONE, binary = true);
