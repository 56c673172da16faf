-- pair: a table
-- rename: table public.users = public.people
-- from
CREATE TABLE users (id serial PRIMARY KEY, email text NOT NULL UNIQUE); CREATE VIEW v AS SELECT id FROM users; INSERT INTO users (email) VALUES ('a');
-- to
CREATE TABLE people (id serial PRIMARY KEY, email text NOT NULL UNIQUE); CREATE VIEW v AS SELECT id FROM people; INSERT INTO people (email) VALUES ('a');

-- pair: a column
-- rename: column public.t.name = public.t.full_name
-- from
CREATE TABLE t (id int PRIMARY KEY, name text CHECK (name <> '')); CREATE INDEX t_name ON t (name); INSERT INTO t VALUES (1, 'a');
-- to
CREATE TABLE t (id int PRIMARY KEY, full_name text, CONSTRAINT t_name_check CHECK (full_name <> '')); CREATE INDEX t_name ON t (full_name); INSERT INTO t VALUES (1, 'a');

-- pair: a column and its type
-- rename: column public.t.n = public.t.amount
-- from
CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL DEFAULT 0); INSERT INTO t VALUES (1, 5);
-- to
CREATE TABLE t (id int PRIMARY KEY, amount bigint NOT NULL DEFAULT 0); INSERT INTO t VALUES (1, 5);

-- pair: a label
-- rename: label public.e.b = public.e.beta
-- from
CREATE TYPE e AS ENUM ('a', 'b'); CREATE TABLE t (v e); INSERT INTO t VALUES ('a');
-- to
CREATE TYPE e AS ENUM ('a', 'beta'); CREATE TABLE t (v e); INSERT INTO t VALUES ('a');

-- pair: a schema
-- rename: schema old_one = new_one
-- from
CREATE SCHEMA old_one; CREATE TABLE old_one.t (id int PRIMARY KEY); INSERT INTO old_one.t VALUES (1);
-- to
CREATE SCHEMA new_one; CREATE TABLE new_one.t (id int PRIMARY KEY); INSERT INTO new_one.t VALUES (1);

-- pair: a table moves to another schema
-- rename: table public.t = x.t
-- both
CREATE SCHEMA x;
-- from
CREATE TABLE t (id serial PRIMARY KEY, v text); INSERT INTO t (v) VALUES ('a');
-- to
CREATE TABLE x.t (id serial PRIMARY KEY, v text); INSERT INTO x.t (v) VALUES ('a');

-- pair: a type
-- rename: type public.old_e = public.new_e
-- from
CREATE TYPE old_e AS ENUM ('a', 'b'); CREATE TABLE t (v old_e DEFAULT 'a'); INSERT INTO t VALUES ('b');
-- to
CREATE TYPE new_e AS ENUM ('a', 'b'); CREATE TABLE t (v new_e DEFAULT 'a'); INSERT INTO t VALUES ('b');

-- pair: an index
-- rename: index public.old_i = public.new_i
-- from
CREATE TABLE t (a int); CREATE INDEX old_i ON t (a); INSERT INTO t VALUES (1);
-- to
CREATE TABLE t (a int); CREATE INDEX new_i ON t (a); INSERT INTO t VALUES (1);

-- pair: a constraint
-- rename: constraint public.t.old_c = public.t.new_c
-- from
CREATE TABLE t (a int CONSTRAINT old_c CHECK (a > 0)); INSERT INTO t VALUES (1);
-- to
CREATE TABLE t (a int CONSTRAINT new_c CHECK (a > 0)); INSERT INTO t VALUES (1);

-- pair: a view
-- rename: view public.old_v = public.new_v
-- from
CREATE VIEW old_v AS SELECT 1 AS a; CREATE VIEW above AS SELECT a FROM old_v;
-- to
CREATE VIEW new_v AS SELECT 1 AS a; CREATE VIEW above AS SELECT a FROM new_v;

-- pair: a column of a partitioned table
-- rename: column public.t.v = public.t.w
-- from
CREATE TABLE t (id int, v text) PARTITION BY LIST (id); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); INSERT INTO t VALUES (1, 'a');
-- to
CREATE TABLE t (id int, w text) PARTITION BY LIST (id); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); INSERT INTO t VALUES (1, 'a');
