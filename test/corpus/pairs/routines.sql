-- pair: the body of a function
-- from
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
-- to
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a + 1';

-- pair: properties of a function
-- from
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
-- to
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SECURITY DEFINER COST 50 SET search_path = pg_catalog SET work_mem = '8MB' AS 'SELECT a';

-- pair: rows of a set
-- from
CREATE FUNCTION f() RETURNS SETOF int LANGUAGE sql AS 'SELECT 1';
-- to
CREATE FUNCTION f() RETURNS SETOF int LANGUAGE sql ROWS 5 AS 'SELECT 1';

-- pair: the result of a function
-- from
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
-- to
CREATE FUNCTION f(a int) RETURNS bigint LANGUAGE sql AS 'SELECT a::bigint';

-- pair: names of arguments
-- from
CREATE FUNCTION f(a int, b text) RETURNS int LANGUAGE sql AS 'SELECT 1'; GRANT EXECUTE ON FUNCTION f(int, text) TO reader; COMMENT ON FUNCTION f(int, text) IS 'x';
-- to
CREATE FUNCTION f(x int, y text) RETURNS int LANGUAGE sql AS 'SELECT 1'; GRANT EXECUTE ON FUNCTION f(int, text) TO reader; COMMENT ON FUNCTION f(int, text) IS 'x';

-- pair: defaults of arguments
-- from
CREATE FUNCTION f(a int, b int DEFAULT 2) RETURNS int LANGUAGE sql AS 'SELECT a';
-- to
CREATE FUNCTION f(a int DEFAULT 1, b int DEFAULT 3) RETURNS int LANGUAGE sql AS 'SELECT a';

-- pair: a default that is taken away
-- from
CREATE FUNCTION f(a int, b int DEFAULT 2) RETURNS int LANGUAGE sql AS 'SELECT a'; CREATE VIEW v AS SELECT f(1) AS x;
-- to
CREATE FUNCTION f(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT a'; CREATE VIEW v AS SELECT f(1, 2) AS x;

-- pair: overloads
-- from
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION f(text) RETURNS int LANGUAGE sql AS 'SELECT 2';
-- to
CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION f(bigint) RETURNS int LANGUAGE sql AS 'SELECT 3'; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 4';

-- pair: out and variadic arguments
-- from
CREATE FUNCTION f(a int, OUT b int, OUT c text) LANGUAGE sql AS $$SELECT 1, 'a'$$; CREATE FUNCTION g(VARIADIC l int[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
-- to
CREATE FUNCTION f(a int, OUT b int, OUT d text) LANGUAGE sql AS $$SELECT 1, 'a'$$; CREATE FUNCTION g(l int[]) RETURNS int LANGUAGE sql AS 'SELECT 1';

-- pair: returns table
-- from
CREATE FUNCTION f() RETURNS TABLE (a int, b text) LANGUAGE sql AS $$SELECT 1, 'a'$$;
-- to
CREATE FUNCTION f() RETURNS TABLE (a int, b text, c date) LANGUAGE sql AS $$SELECT 1, 'a', current_date$$;

-- pair: a procedure
-- from
CREATE PROCEDURE p(a int) LANGUAGE plpgsql AS 'BEGIN NULL; END';
-- to
CREATE PROCEDURE p(a int, INOUT b int DEFAULT 1) LANGUAGE plpgsql AS 'BEGIN b := a; END';

-- pair: a function becomes a procedure
-- from
CREATE FUNCTION p(a int) RETURNS void LANGUAGE plpgsql AS 'BEGIN NULL; END';
-- to
CREATE PROCEDURE p(a int) LANGUAGE plpgsql AS 'BEGIN NULL; END';

-- pair: a body that the server parses
-- from
CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'x');
-- to
CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t VALUES (1, 'x'); CREATE FUNCTION f(n int) RETURNS SETOF t LANGUAGE sql STABLE BEGIN ATOMIC SELECT id, a FROM t WHERE id = n; SELECT * FROM t; END;

-- pair: a parsed body over a column whose type changes
-- from
CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t VALUES (1, 2); CREATE FUNCTION f() RETURNS bigint LANGUAGE sql RETURN (SELECT sum(a) FROM t)::bigint;
-- to
CREATE TABLE t (id int PRIMARY KEY, a bigint); INSERT INTO t VALUES (1, 2); CREATE FUNCTION f() RETURNS bigint LANGUAGE sql RETURN (SELECT sum(a) FROM t)::bigint;

-- pair: functions that call one another
-- from
-- to
CREATE FUNCTION z() RETURNS int LANGUAGE sql RETURN 1; CREATE FUNCTION a() RETURNS int LANGUAGE sql RETURN z() + 1; CREATE FUNCTION m() RETURNS int LANGUAGE sql AS 'SELECT a()';

-- pair: quotes in a body
-- from
CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $b$BEGIN RETURN 'it''s $$ here' || $x$ "y" $x$; END$b$;
-- to
CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $b$BEGIN
  -- a comment with $function$
  RETURN E'tab\t' || $x$ "z" \ $x$;
END$b$;

-- pair: the language of a function
-- from
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
-- to
CREATE FUNCTION f(a int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN a; END';

-- pair: a function with the type of a table that appears
-- from
-- to
CREATE TABLE t (id int PRIMARY KEY); CREATE FUNCTION f(x t) RETURNS SETOF t LANGUAGE sql AS 'SELECT x.*'; CREATE VIEW v AS SELECT (f(t)).id FROM t; INSERT INTO t VALUES (1);

-- pair: a default and a check use a function that changes its arguments
-- from
CREATE FUNCTION ok(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true'; CREATE TABLE t (a int CHECK (ok(a)), b bool DEFAULT ok(1)); INSERT INTO t VALUES (1, true);
-- to
CREATE FUNCTION ok(int, int DEFAULT 5) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT true'; CREATE TABLE t (a int CHECK (ok(a, 1)), b bool DEFAULT ok(1)); INSERT INTO t VALUES (1, true);

-- pair: leakproof and support
-- superuser
-- from
CREATE FUNCTION f(a int) RETURNS bool LANGUAGE sql AS 'SELECT true';
-- to
CREATE FUNCTION f(a int) RETURNS bool LANGUAGE sql LEAKPROOF AS 'SELECT true';

-- pair: an aggregate
-- both
CREATE FUNCTION acc(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT coalesce($1, 0) + coalesce($2, 0)'; CREATE FUNCTION fin(int) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1::text';
-- from
CREATE AGGREGATE total(int) (SFUNC = acc, STYPE = int, INITCOND = '0');
-- to
CREATE AGGREGATE total(int) (SFUNC = acc, STYPE = int, FINALFUNC = fin, INITCOND = '5', PARALLEL = SAFE, COMBINEFUNC = acc);

-- pair: an aggregate that a view uses
-- both
CREATE FUNCTION acc(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT coalesce($1, 0) + coalesce($2, 0)'; CREATE TABLE t (a int); INSERT INTO t VALUES (1);
-- from
CREATE AGGREGATE total(int) (SFUNC = acc, STYPE = int); CREATE VIEW v AS SELECT total(a) AS x FROM t;
-- to
CREATE AGGREGATE total(int) (SFUNC = acc, STYPE = int, INITCOND = '1'); CREATE VIEW v AS SELECT total(a) AS x FROM t; COMMENT ON AGGREGATE total(int) IS 'sum'; GRANT EXECUTE ON FUNCTION total(int) TO reader;

-- pair: a moving aggregate
-- both
CREATE FUNCTION acc(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
-- from
-- to
CREATE AGGREGATE moving(int) (SFUNC = acc, STYPE = int, MSFUNC = acc, MINVFUNC = acc, MSTYPE = int, MINITCOND = '0', SORTOP = <);
