-- pair: a sequence appears
-- from
-- to
CREATE SEQUENCE s AS smallint START 5 INCREMENT 2 MAXVALUE 99 CACHE 3 CYCLE;

-- pair: all options of a sequence
-- from
CREATE SEQUENCE s START 10 INCREMENT 1 MINVALUE 1 MAXVALUE 100;
-- to
CREATE SEQUENCE s START 500 INCREMENT 10 MINVALUE 200 MAXVALUE 1000 CACHE 20 CYCLE;

-- pair: the type of a sequence
-- from
CREATE SEQUENCE s AS smallint;
-- to
CREATE SEQUENCE s AS bigint;

-- pair: the type and the limits of a sequence
-- from
CREATE SEQUENCE s AS bigint MAXVALUE 5000000000;
-- to
CREATE SEQUENCE s AS int MAXVALUE 1000;

-- pair: a descending sequence
-- from
CREATE SEQUENCE s;
-- to
CREATE SEQUENCE s INCREMENT -1;

-- pair: owned by a column
-- from
CREATE TABLE t (id int); CREATE SEQUENCE s; INSERT INTO t VALUES (1);
-- to
CREATE TABLE t (id int); CREATE SEQUENCE s OWNED BY t.id; INSERT INTO t VALUES (1);

-- pair: owned by another column
-- from
CREATE TABLE t (id int, n int); CREATE SEQUENCE s OWNED BY t.id; INSERT INTO t VALUES (1);
-- to
CREATE TABLE t (id int, n int); CREATE SEQUENCE s OWNED BY t.n; INSERT INTO t VALUES (1);

-- pair: a sequence outlives the table that owned it
-- from
CREATE TABLE t (id int); CREATE SEQUENCE s OWNED BY t.id;
-- to
CREATE SEQUENCE s;

-- pair: a sequence that a default uses goes with the default
-- from
CREATE SEQUENCE s; CREATE TABLE t (id int DEFAULT nextval('s')); INSERT INTO t DEFAULT VALUES;
-- to
CREATE TABLE t (id int); INSERT INTO t VALUES (1);

-- pair: an unlogged sequence
-- from
CREATE UNLOGGED SEQUENCE s;
-- to
CREATE SEQUENCE s;

-- pair: a view reads a sequence that changes
-- from
CREATE SEQUENCE s MAXVALUE 10; CREATE VIEW v AS SELECT last_value FROM s;
-- to
CREATE SEQUENCE s MAXVALUE 20; CREATE VIEW v AS SELECT last_value FROM s;
