-- pair: a view appears
-- both
CREATE TABLE t (id int PRIMARY KEY, a text, b int); INSERT INTO t VALUES (1, 'x', 2);
-- from
-- to
CREATE VIEW v AS SELECT id, a FROM t WHERE b > 1;

-- pair: a view gets a column at its end
-- both
CREATE TABLE t (id int PRIMARY KEY, a text, b int); INSERT INTO t VALUES (1, 'x', 2);
-- from
CREATE VIEW v AS SELECT id, a FROM t; GRANT SELECT ON v TO reader;
-- to
CREATE VIEW v AS SELECT id, a, b FROM t; GRANT SELECT ON v TO reader;

-- pair: a view whose columns change is used by others
-- both
CREATE TABLE t (id int PRIMARY KEY, a text, b int); INSERT INTO t VALUES (1, 'x', 2);
-- from
CREATE VIEW v AS SELECT id, a FROM t; CREATE VIEW w AS SELECT id FROM v; COMMENT ON VIEW w IS 'kept'; GRANT SELECT ON w TO reader; GRANT SELECT (id) ON v TO reader;
-- to
CREATE VIEW v AS SELECT b, id FROM t; CREATE VIEW w AS SELECT id FROM v; COMMENT ON VIEW w IS 'kept'; GRANT SELECT ON w TO reader; GRANT SELECT (id) ON v TO reader;

-- pair: options of a view
-- both
CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'x');
-- from
CREATE VIEW v AS SELECT id FROM t;
-- to
CREATE VIEW v WITH (security_invoker = true, security_barrier = true) AS SELECT id FROM t;

-- pair: options stay where the query changes
-- both
CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'x');
-- from
CREATE VIEW v WITH (security_invoker = true) AS SELECT id FROM t;
-- to
CREATE VIEW v WITH (security_invoker = true) AS SELECT id FROM t WHERE id > 0;

-- pair: a check option
-- both
CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'x');
-- from
CREATE VIEW v AS SELECT id FROM t WHERE id > 0 WITH LOCAL CHECK OPTION;
-- to
CREATE VIEW v AS SELECT id FROM t WHERE id > 0 WITH CASCADED CHECK OPTION;

-- pair: a recursive view
-- both
CREATE TABLE t (id int PRIMARY KEY, up int); INSERT INTO t VALUES (1, NULL);
-- from
-- to
CREATE RECURSIVE VIEW v (id) AS SELECT id FROM t WHERE up IS NULL UNION ALL SELECT t.id FROM t JOIN v ON t.up = v.id;

-- pair: a default of a view's column
-- both
CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'x'); CREATE VIEW v AS SELECT id, a FROM t;
-- from
-- to
ALTER VIEW v ALTER a SET DEFAULT 'from the view';

-- pair: views in a chain appear
-- from
-- to
CREATE VIEW a AS SELECT 1 AS x; CREATE VIEW z AS SELECT x FROM a; CREATE VIEW m AS SELECT x FROM z;

-- pair: a view of a table that is made again by its column
-- from
CREATE TABLE t (id int PRIMARY KEY, a text, gone int); CREATE VIEW v AS SELECT * FROM t; INSERT INTO t VALUES (1, 'x', 2);
-- to
CREATE TABLE t (id int PRIMARY KEY, a text); CREATE VIEW v AS SELECT * FROM t; INSERT INTO t VALUES (1, 'x');

-- pair: a view with a trigger and a rule
-- both
CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'x'); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
-- from
CREATE VIEW v AS SELECT id FROM t; CREATE TRIGGER tr INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f(); CREATE RULE r AS ON DELETE TO v DO INSTEAD DELETE FROM t WHERE id = old.id;
-- to
CREATE VIEW v AS SELECT a, id FROM t; CREATE TRIGGER tr INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f(); CREATE RULE r AS ON DELETE TO v DO INSTEAD DELETE FROM t WHERE id = old.id;

-- pair: a view becomes a materialized view
-- both
CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'x');
-- from
CREATE VIEW v AS SELECT id FROM t;
-- to
CREATE MATERIALIZED VIEW v AS SELECT id FROM t;

-- pair: the query of a materialized view
-- both
CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'x');
-- from
CREATE MATERIALIZED VIEW m AS SELECT id FROM t; CREATE UNIQUE INDEX m_id ON m (id); GRANT SELECT ON m TO reader; COMMENT ON MATERIALIZED VIEW m IS 'x'; CREATE VIEW above AS SELECT id FROM m;
-- to
CREATE MATERIALIZED VIEW m AS SELECT id, a FROM t; CREATE UNIQUE INDEX m_id ON m (id); GRANT SELECT ON m TO reader; COMMENT ON MATERIALIZED VIEW m IS 'x'; CREATE VIEW above AS SELECT id FROM m;

-- pair: a materialized view with no data and with options
-- both
CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'x');
-- from
CREATE MATERIALIZED VIEW m AS SELECT id, a FROM t;
-- to
CREATE MATERIALIZED VIEW m WITH (fillfactor = 70) AS SELECT id, a FROM t; ALTER MATERIALIZED VIEW m ALTER a SET STORAGE EXTERNAL; ALTER MATERIALIZED VIEW m ALTER a SET STATISTICS 50;

-- pair: a table that a materialized view uses goes
-- from
CREATE TABLE t (id int); CREATE TABLE u (id int); CREATE MATERIALIZED VIEW m AS SELECT id FROM t; CREATE VIEW v AS SELECT id FROM t; INSERT INTO t VALUES (1);
-- to
CREATE TABLE u (id int); CREATE MATERIALIZED VIEW m AS SELECT id FROM u; CREATE VIEW v AS SELECT id FROM u;

-- pair: a view with grants of columns
-- both
CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'x');
-- from
CREATE VIEW v AS SELECT id, a FROM t; GRANT SELECT (id) ON v TO reader; GRANT UPDATE (a) ON v TO writer;
-- to
CREATE VIEW v AS SELECT id, a FROM t; GRANT SELECT (a) ON v TO reader;

-- pair: a view uses a function that changes its result
-- from
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE VIEW v AS SELECT f() AS x;
-- to
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$SELECT 'a'$$; CREATE VIEW v AS SELECT f() AS x;

-- pair: a view uses the row of a table
-- from
CREATE TABLE t (id int PRIMARY KEY, a int); CREATE VIEW v AS SELECT t AS whole, t.id FROM t; INSERT INTO t VALUES (1, 2);
-- to
CREATE TABLE t (id int PRIMARY KEY, a bigint); CREATE VIEW v AS SELECT t AS whole, t.id FROM t; INSERT INTO t VALUES (1, 2);
