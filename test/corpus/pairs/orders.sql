-- pair: an index name that a constraint takes
-- from
CREATE TABLE t (a int, b int); CREATE INDEX x ON t (a); INSERT INTO t VALUES (1, 2);
-- to
CREATE TABLE t (a int, b int, CONSTRAINT x UNIQUE (b)); INSERT INTO t VALUES (1, 2);

-- pair: names that two tables exchange
-- from
CREATE TABLE a (x int PRIMARY KEY); CREATE TABLE b (y text PRIMARY KEY);
-- to
CREATE TABLE a (y text PRIMARY KEY); CREATE TABLE b (x int PRIMARY KEY);

-- pair: a function that the default of its own table's column needs
-- from
-- to
CREATE TABLE t (id int PRIMARY KEY); CREATE FUNCTION next_id() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint'; ALTER TABLE t ADD n bigint DEFAULT next_id(); CREATE FUNCTION all_t() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t'; INSERT INTO t VALUES (1);

-- pair: views that change places
-- from
CREATE TABLE t (id int, a int); INSERT INTO t VALUES (1, 2); CREATE VIEW low AS SELECT id FROM t; CREATE VIEW high AS SELECT id FROM low;
-- to
CREATE TABLE t (id int, a int); INSERT INTO t VALUES (1, 2); CREATE VIEW high AS SELECT id FROM t; CREATE VIEW low AS SELECT id FROM high;

-- pair: everything about a type at once
-- from
CREATE TYPE s AS ENUM ('a', 'b'); CREATE FUNCTION ok(s) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true'; CREATE TABLE t (id int PRIMARY KEY, v s NOT NULL DEFAULT 'a' CHECK (ok(v))); CREATE INDEX t_v ON t (v) WHERE v = 'a'; CREATE VIEW w AS SELECT v FROM t WHERE ok(v); CREATE MATERIALIZED VIEW m AS SELECT v, count(*) FROM w GROUP BY v; INSERT INTO t VALUES (1, 'b');
-- to
CREATE TYPE s AS ENUM ('b', 'a'); CREATE FUNCTION ok(s) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true'; CREATE TABLE t (id bigint PRIMARY KEY, v s NOT NULL DEFAULT 'b' CHECK (ok(v))); CREATE INDEX t_v ON t (v) WHERE v = 'b'; CREATE VIEW w AS SELECT v, id FROM t WHERE ok(v); CREATE MATERIALIZED VIEW m AS SELECT v, count(*) FROM w GROUP BY v; INSERT INTO t VALUES (1, 'b');

-- pair: a foreign key between tables that both change
-- from
CREATE TABLE p (id int PRIMARY KEY, k text); CREATE TABLE c (id int PRIMARY KEY, p_id int REFERENCES p, k text); INSERT INTO p VALUES (1, 'x'); INSERT INTO c VALUES (1, 1, 'x');
-- to
CREATE TABLE p (id int PRIMARY KEY, k text NOT NULL UNIQUE); CREATE TABLE c (id int PRIMARY KEY, p_id int, k text REFERENCES p (k) ON UPDATE CASCADE); INSERT INTO p VALUES (1, 'x'); INSERT INTO c VALUES (1, 1, 'x');

-- pair: three tables in a circle of references change type
-- from
CREATE TABLE a (id int PRIMARY KEY, c_id int); CREATE TABLE b (id int PRIMARY KEY, a_id int REFERENCES a); CREATE TABLE c (id int PRIMARY KEY, b_id int REFERENCES b); ALTER TABLE a ADD FOREIGN KEY (c_id) REFERENCES c; INSERT INTO a VALUES (1, NULL); INSERT INTO b VALUES (1, 1); INSERT INTO c VALUES (1, 1); UPDATE a SET c_id = 1;
-- to
CREATE TABLE a (id bigint PRIMARY KEY, c_id bigint); CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint REFERENCES a); CREATE TABLE c (id bigint PRIMARY KEY, b_id bigint REFERENCES b); ALTER TABLE a ADD FOREIGN KEY (c_id) REFERENCES c; INSERT INTO a VALUES (1, NULL); INSERT INTO b VALUES (1, 1); INSERT INTO c VALUES (1, 1); UPDATE a SET c_id = 1;

-- pair: a table swaps a column for one that a view names alike
-- from
CREATE TABLE t (id int PRIMARY KEY, total int); CREATE VIEW v AS SELECT id, total FROM t; INSERT INTO t VALUES (1, 5);
-- to
CREATE TABLE t (id int PRIMARY KEY, amount int); CREATE VIEW v AS SELECT id, amount AS total FROM t; INSERT INTO t VALUES (1, 5);

-- pair: a small shop grows
-- from
CREATE TABLE customers (id serial PRIMARY KEY, name text); CREATE TABLE orders (id serial PRIMARY KEY, customer_id int REFERENCES customers, total numeric, state text DEFAULT 'open'); INSERT INTO customers (name) VALUES ('a'); INSERT INTO orders (customer_id, total) VALUES (1, 5);
-- to
CREATE TYPE state AS ENUM ('open', 'paid'); CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, email text UNIQUE); CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers ON DELETE CASCADE, total numeric(10,2) NOT NULL CHECK (total >= 0), state state NOT NULL DEFAULT 'open'); CREATE INDEX orders_customer ON orders (customer_id); CREATE VIEW open_orders AS SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.state = 'open'; COMMENT ON TABLE orders IS 'What was bought'; GRANT SELECT ON open_orders TO reader;
INSERT INTO customers (name) VALUES ('a'); INSERT INTO orders (customer_id, total) VALUES (1, 5);

-- pair: nothing at all
-- both
CREATE TABLE t (id int PRIMARY KEY, a text DEFAULT 'x' CHECK (a <> '')); CREATE INDEX t_a ON t (lower(a)); INSERT INTO t VALUES (1, 'a');
-- from
-- to
