-- pair: view grows
CREATE TABLE t (a int, b text);
-- from
CREATE VIEW v AS SELECT a FROM t;
-- to
CREATE VIEW v AS SELECT a, b FROM t;
-- pair: view shrinks with dependant and grants
CREATE TABLE t (a int, b text);
-- from
CREATE VIEW v AS SELECT a, b FROM t;
CREATE VIEW w AS SELECT a FROM v;
GRANT SELECT ON v TO app1;
GRANT SELECT (a) ON w TO app2;
COMMENT ON COLUMN w.a IS 'x';
-- to
CREATE VIEW v AS SELECT b, a FROM t;
CREATE VIEW w AS SELECT a FROM v;
GRANT SELECT ON v TO app1 WITH GRANT OPTION;
GRANT SELECT (a) ON w TO app2;
COMMENT ON COLUMN w.a IS 'x';
-- pair: view options
CREATE TABLE t (a int, b text);
-- from
CREATE VIEW v WITH (security_barrier) AS SELECT a FROM t;
-- to
CREATE VIEW v WITH (check_option=local) AS SELECT a FROM t;
ALTER VIEW v ALTER COLUMN a SET DEFAULT 7;
COMMENT ON VIEW v IS 'it''s';
-- pair: view from materialized
CREATE TABLE t (a int, b text);
-- from
CREATE VIEW v AS SELECT a FROM t;
-- to
CREATE MATERIALIZED VIEW v AS SELECT a FROM t WITH NO DATA;
COMMENT ON MATERIALIZED VIEW v IS 'x';
-- pair: function body and default
-- from
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
CREATE VIEW v AS SELECT f(1) AS x;
-- to
CREATE FUNCTION f(a int DEFAULT 3) RETURNS int LANGUAGE sql STABLE AS 'SELECT a + 1';
CREATE VIEW v AS SELECT f(1) AS x;
-- pair: function return type with dependants
-- from
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
CREATE VIEW v AS SELECT f(1)::text AS x;
REVOKE ALL ON FUNCTION f FROM PUBLIC;
GRANT EXECUTE ON FUNCTION f TO app1;
-- to
CREATE FUNCTION f(a int) RETURNS bigint LANGUAGE sql AS 'SELECT a::bigint';
CREATE VIEW v AS SELECT f(1)::text AS x;
REVOKE ALL ON FUNCTION f FROM PUBLIC;
GRANT EXECUTE ON FUNCTION f TO app1;
-- pair: function arg name, overloads, procedure
-- from
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION f(a text) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE VIEW v AS SELECT f(1) AS x;
-- to
CREATE FUNCTION f(b int) RETURNS int LANGUAGE sql AS 'SELECT b';
CREATE FUNCTION f(a text) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE VIEW v AS SELECT f(1) AS x;
CREATE PROCEDURE p(INOUT x int) LANGUAGE plpgsql SET search_path = '' AS $$ BEGIN x := 1; END $$;
-- pair: function needs table
-- from
-- to
CREATE TABLE t (a int);
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM t';
CREATE FUNCTION g() RETURNS t LANGUAGE sql AS 'SELECT * FROM t LIMIT 1';
-- pair: atomic body
CREATE TABLE t (a int);
-- from
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM t; END;
-- to
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) + 1 FROM t; END;
CREATE FUNCTION g() RETURNS bigint LANGUAGE sql RETURN f();
-- pair: leakproof
-- from
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 7 AS 'SELECT a';
-- to
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql IMMUTABLE LEAKPROOF STRICT PARALLEL SAFE COST 7 AS 'SELECT a';
-- pair: aggregate
CREATE FUNCTION s(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT a+b';
-- from
CREATE AGGREGATE ag(int) (sfunc = s, stype = int, initcond = '0');
CREATE VIEW v AS SELECT ag(x) FROM generate_series(1,3) x;
-- to
CREATE AGGREGATE ag(int) (sfunc = s, stype = int, initcond = '1', parallel = safe);
CREATE VIEW v AS SELECT ag(x) FROM generate_series(1,3) x;
COMMENT ON AGGREGATE ag(int) IS 'x';
CREATE AGGREGATE allrows(*) (sfunc = int8inc, stype = int8, initcond = '0');
-- pair: trigger changes
CREATE TABLE t (a int, b text);
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
-- from
CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf();
-- to
CREATE TRIGGER x BEFORE INSERT OR UPDATE OF a ON t FOR EACH ROW WHEN (NEW.a > 1) EXECUTE FUNCTION tf();
ALTER TABLE t DISABLE TRIGGER x;
COMMENT ON TRIGGER x ON t IS 'c';
-- pair: constraint trigger
CREATE TABLE t (a int, b text);
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
-- from
CREATE CONSTRAINT TRIGGER x AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tf();
CREATE TRIGGER y AFTER UPDATE ON t REFERENCING OLD TABLE AS o NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION tf('a', 'b''c');
-- to
CREATE CONSTRAINT TRIGGER x AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf();
ALTER TABLE t ENABLE ALWAYS TRIGGER x;
-- pair: partition triggers
CREATE TABLE t (a int, b text) PARTITION BY RANGE (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10);
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
-- from
CREATE TRIGGER x AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf();
-- to
CREATE TRIGGER x AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION tf();
ALTER TABLE ONLY t1 DISABLE TRIGGER x;
CREATE TRIGGER y AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION tf();
ALTER TABLE t DISABLE TRIGGER y;
-- pair: view triggers
CREATE TABLE t (a int, b text);
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
-- from
CREATE VIEW v AS SELECT a, b FROM t;
CREATE TRIGGER x INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION tf();
CREATE RULE r AS ON DELETE TO v DO INSTEAD NOTHING;
-- to
CREATE VIEW v AS SELECT b, a FROM t;
CREATE TRIGGER x INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION tf();
CREATE RULE r AS ON DELETE TO v DO INSTEAD DELETE FROM t WHERE a = old.a;
-- pair: rules
CREATE TABLE t (a int, b text);
-- from
CREATE RULE r AS ON INSERT TO t DO ALSO NOTIFY x;
-- to
CREATE RULE r AS ON INSERT TO t DO ALSO (NOTIFY y; NOTIFY z);
ALTER TABLE t DISABLE RULE r;
COMMENT ON RULE r ON t IS 'z';
-- pair: policies
CREATE TABLE t (a int, b text);
-- from
CREATE POLICY p ON t FOR SELECT TO app1 USING (a > 1);
CREATE POLICY q ON t USING (true);
-- to
CREATE POLICY p ON t FOR SELECT TO app1, app2 USING (a > 2);
CREATE POLICY q ON t AS RESTRICTIVE FOR UPDATE TO PUBLIC USING (a = 1) WITH CHECK (b <> '');
COMMENT ON POLICY p ON t IS 'hi';
-- pair: enum add
-- from
CREATE TYPE e AS ENUM ('b', 'd');
CREATE TABLE t (x e DEFAULT 'b');
-- to
CREATE TYPE e AS ENUM ('a', 'aa', 'b', 'c', 'd', 'e', 'f');
CREATE TABLE t (x e DEFAULT 'b');
-- pair: composite
-- from
CREATE TYPE c AS (a int, b text);
COMMENT ON TYPE c IS 'x';
-- to
CREATE TYPE c AS (a bigint, z text COLLATE "C");
COMMENT ON COLUMN c.a IS 'y';
GRANT USAGE ON TYPE c TO app1;
-- pair: domain
-- from
CREATE DOMAIN d AS int DEFAULT 1 CONSTRAINT pos CHECK (VALUE > 0);
CREATE TABLE t (x d);
-- to
CREATE DOMAIN d AS int DEFAULT 2 NOT NULL CONSTRAINT pos CHECK (VALUE > 1);
ALTER DOMAIN d ADD CONSTRAINT small CHECK (VALUE < 100) NOT VALID;
CREATE TABLE t (x d);
COMMENT ON CONSTRAINT pos ON DOMAIN d IS 'k';
-- pair: range and collation
-- from
-- to
CREATE TYPE r AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE COLLATION co (provider = icu, locale = 'de', deterministic = false);
CREATE DOMAIN dd AS text COLLATE co;
COMMENT ON COLLATION co IS 'x';
-- pair: statistics
CREATE TABLE t (a int, b int, c int);
-- from
CREATE STATISTICS s ON a, b FROM t;
-- to
CREATE STATISTICS s (ndistinct) ON a, b, (c + 1) FROM t;
ALTER STATISTICS s SET STATISTICS 50;
COMMENT ON STATISTICS s IS 'x';
CREATE STATISTICS s2 ON b, c FROM t;
-- pair: owners
CREATE SCHEMA s22;
GRANT CREATE ON SCHEMA s22 TO app1;
-- from
CREATE VIEW s22.v AS SELECT 1 AS a;
CREATE FUNCTION s22.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TYPE s22.e AS ENUM ('a');
-- to
CREATE VIEW s22.v AS SELECT 1 AS a;
CREATE FUNCTION s22.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TYPE s22.e AS ENUM ('a');
GRANT SELECT ON s22.v TO app2;
ALTER VIEW s22.v OWNER TO app1;
ALTER FUNCTION s22.f() OWNER TO app1;
ALTER TYPE s22.e OWNER TO app1;
-- pair: casts and operators
CREATE TYPE c AS (a int, b text);
CREATE FUNCTION c_text(c) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ($1).b';
CREATE FUNCTION c_eq(c, c) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a = ($2).a';
CREATE FUNCTION c_ne(c, c) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a <> ($2).a';
CREATE FUNCTION c_not(c) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a = 0';
-- from
CREATE CAST (c AS text) WITH FUNCTION c_text(c);
CREATE OPERATOR === (FUNCTION = c_eq, LEFTARG = c, RIGHTARG = c);
-- to
CREATE CAST (c AS text) WITH FUNCTION c_text(c) AS ASSIGNMENT;
COMMENT ON CAST (c AS text) IS 'x';
CREATE OPERATOR === (FUNCTION = c_eq, LEFTARG = c, RIGHTARG = c, COMMUTATOR = ===, NEGATOR = !==, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR !== (FUNCTION = c_ne, LEFTARG = c, RIGHTARG = c, COMMUTATOR = !==, NEGATOR = ===);
CREATE OPERATOR !! (FUNCTION = c_not, RIGHTARG = c);
COMMENT ON OPERATOR !! (NONE, c) IS 'pre';
-- pair: operator restrict
CREATE TYPE c AS (a int, b text);
CREATE FUNCTION c_eq(c, c) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a = ($2).a';
-- from
CREATE OPERATOR === (FUNCTION = c_eq, LEFTARG = c, RIGHTARG = c);
-- to
CREATE OPERATOR === (FUNCTION = c_eq, LEFTARG = c, RIGHTARG = c, RESTRICT = eqsel, JOIN = eqjoinsel);
-- pair: operator class
CREATE TYPE c AS (a int, b text);
CREATE FUNCTION c_lt(c, c) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a < ($2).a';
CREATE FUNCTION c_cmp(c, c) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a - ($2).a';
CREATE OPERATOR <<< (FUNCTION = c_lt, LEFTARG = c, RIGHTARG = c);
-- from
-- to
CREATE OPERATOR FAMILY fam USING btree;
CREATE OPERATOR CLASS oc FOR TYPE c USING btree FAMILY fam AS OPERATOR 1 <<< , FUNCTION 1 c_cmp(c, c);
CREATE OPERATOR CLASS oc2 FOR TYPE c USING btree AS OPERATOR 1 <<<, FUNCTION 1 c_cmp(c,c);
COMMENT ON OPERATOR CLASS oc USING btree IS 'x';
COMMENT ON OPERATOR FAMILY fam USING btree IS 'y';
CREATE OPERATOR FAMILY loosef USING btree;
ALTER OPERATOR FAMILY loosef USING btree ADD OPERATOR 1 <<< (c,c), FUNCTION 1 (c,c) c_cmp(c,c);
-- pair: operator class on text
-- from
-- to
CREATE FUNCTION rev_cmp(text, text) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT bttextcmp(pg_catalog.reverse($1), pg_catalog.reverse($2)) $$;
CREATE OPERATOR CLASS rev FOR TYPE text USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 rev_cmp(text, text);
-- pair: matview full
CREATE TABLE t (a int, b text);
-- from
CREATE MATERIALIZED VIEW m AS SELECT a, b FROM t;
CREATE UNIQUE INDEX mi ON m (a);
CREATE VIEW mv AS SELECT a FROM m;
-- to
CREATE MATERIALIZED VIEW m WITH (fillfactor = 70) AS SELECT b, a FROM t WITH NO DATA;
CREATE UNIQUE INDEX mi ON m (a);
CREATE INDEX mj ON m (b);
COMMENT ON INDEX mj IS 'q';
ALTER MATERIALIZED VIEW m ALTER COLUMN a SET STATISTICS 10;
COMMENT ON COLUMN m.a IS 'x';
GRANT SELECT ON m TO app1;
CREATE VIEW mv AS SELECT a FROM m;
-- pair: matview options only
CREATE TABLE t (a int, b text);
-- from
CREATE MATERIALIZED VIEW m AS SELECT a, b FROM t;
CREATE UNIQUE INDEX mi ON m (a);
-- to
CREATE MATERIALIZED VIEW m WITH (autovacuum_enabled = false) AS SELECT a, b FROM t;
CREATE UNIQUE INDEX mi ON m (a);
ALTER MATERIALIZED VIEW m CLUSTER ON mi;
ALTER MATERIALIZED VIEW m ALTER COLUMN b SET STORAGE EXTERNAL;
-- pair: enum remove with everything
-- from
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE DOMAIN de AS e;
CREATE TYPE ce AS (x e);
CREATE TABLE t (x e DEFAULT 'a', y e[] DEFAULT '{a}', z de, CHECK (x <> 'b'));
INSERT INTO t VALUES ('a','{a,c}','a');
CREATE INDEX ti ON t (x);
CREATE VIEW v AS SELECT x FROM t WHERE x = 'a';
CREATE FUNCTION f(e) RETURNS e LANGUAGE sql AS 'SELECT $1';
GRANT USAGE ON TYPE e TO app1;
-- to
CREATE TYPE e AS ENUM ('c', 'a');
CREATE DOMAIN de AS e;
CREATE TYPE ce AS (x e);
CREATE TABLE t (x e DEFAULT 'a', y e[] DEFAULT '{a}', z de, CHECK (x <> 'c'));
INSERT INTO t VALUES ('a','{a,c}','a');
CREATE INDEX ti ON t (x);
CREATE VIEW v AS SELECT x FROM t WHERE x = 'a';
CREATE FUNCTION f(e) RETURNS e LANGUAGE sql AS 'SELECT $1';
GRANT USAGE ON TYPE e TO app1;
-- pair: domain base change
-- from
CREATE DOMAIN d AS int;
CREATE TABLE t (x d, y d[]);
INSERT INTO t VALUES (1,'{2}');
CREATE VIEW v AS SELECT x FROM t;
-- to
CREATE DOMAIN d AS bigint CHECK (VALUE > 0);
CREATE TABLE t (x d, y d[]);
INSERT INTO t VALUES (1,'{2}');
CREATE VIEW v AS SELECT x FROM t;
-- pair: composite in column
-- from
CREATE TYPE c AS (a int, b text);
CREATE TABLE t (x c);
INSERT INTO t VALUES ((1,'q'));
-- to
CREATE TYPE c AS (a int, b text, d int);
CREATE TABLE t (x c);
INSERT INTO t VALUES ((1,'q', NULL));
-- pair: composite attr type in column
-- from
CREATE TYPE c AS (a int, b text);
CREATE TABLE t (x c);
INSERT INTO t VALUES ((1,'q'));
-- to
CREATE TYPE c AS (a bigint, b text);
CREATE TABLE t (x c);
INSERT INTO t VALUES ((1,'q'));
-- pair: typed table
-- from
CREATE TYPE c AS (a int, b text);
CREATE TABLE t OF c;
-- to
CREATE TYPE c AS (a bigint, b text, z int);
CREATE TABLE t OF c;
-- pair: range over own type
-- from
CREATE FUNCTION fd(x int, y int) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT (x-y)::float8';
CREATE TYPE r AS RANGE (subtype = int, subtype_diff = fd);
CREATE TABLE t (a r);
-- to
CREATE TYPE r AS RANGE (subtype = int);
CREATE TABLE t (a r);
-- pair: collation used
-- from
CREATE COLLATION co (provider = icu, locale = 'de');
CREATE TABLE t (a text COLLATE co);
CREATE INDEX i ON t (a);
CREATE VIEW v AS SELECT a FROM t ORDER BY a COLLATE co;
-- to
CREATE COLLATION co (provider = icu, locale = 'fr');
CREATE TABLE t (a text COLLATE co);
CREATE INDEX i ON t (a);
CREATE VIEW v AS SELECT a FROM t ORDER BY a COLLATE co;
-- pair: function bodies in schema
-- from
-- to
CREATE SCHEMA s36;
SET search_path = s36;
CREATE TABLE t (a int);
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM t';
CREATE FUNCTION g() RETURNS SETOF t LANGUAGE plpgsql AS $$ DECLARE r t%ROWTYPE; BEGIN RETURN; END $$;
-- pair: language change
-- from
CREATE FUNCTION f(a int, OUT b int, OUT c text) LANGUAGE sql AS $$ SELECT 1, 'x' $$;
CREATE FUNCTION g(VARIADIC a int[]) RETURNS TABLE (x int) LANGUAGE sql ROWS 5 AS 'SELECT 1';
-- to
CREATE FUNCTION f(a int, OUT b int, OUT d text) LANGUAGE plpgsql AS $$ BEGIN b := 1; END $$;
CREATE FUNCTION g(VARIADIC a int[]) RETURNS TABLE (x int) LANGUAGE sql ROWS 50 SECURITY DEFINER SET search_path = '' SET work_mem = '1MB' AS 'SELECT 1';
CREATE FUNCTION w(int) RETURNS int LANGUAGE sql WINDOW AS 'SELECT 1';
-- pair: function to procedure
-- from
CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT a';
-- to
CREATE PROCEDURE f(a int) LANGUAGE sql AS 'SELECT a';
-- pair: default uses function changed type
-- from
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE t (a int DEFAULT f(), CHECK (a > f()));
CREATE INDEX ti ON t ((a+1));
-- to
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
CREATE TABLE t (a int DEFAULT f(), CHECK (a > f()));
CREATE INDEX ti ON t ((a+1));
-- pair: view chain
CREATE TABLE t (a int, b text, c int);
-- from
CREATE VIEW v1 AS SELECT a, b FROM t;
CREATE VIEW v2 AS SELECT a FROM v1;
CREATE MATERIALIZED VIEW m AS SELECT a FROM v2;
CREATE INDEX im ON m (a);
CREATE FUNCTION f() RETURNS SETOF v2 LANGUAGE sql AS 'SELECT * FROM v2';
CREATE VIEW v3 AS SELECT * FROM f();
-- to
CREATE VIEW v1 AS SELECT b, a::bigint AS a FROM t;
CREATE VIEW v2 AS SELECT a FROM v1;
CREATE MATERIALIZED VIEW m AS SELECT a FROM v2;
CREATE INDEX im ON m (a);
CREATE FUNCTION f() RETURNS SETOF v2 LANGUAGE sql AS 'SELECT * FROM v2';
CREATE VIEW v3 AS SELECT * FROM f();
-- pair: dropped column under view
-- from
CREATE TABLE t (a int, b text);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE POLICY p ON t USING (b = 'x');
CREATE RULE r AS ON INSERT TO t DO ALSO DELETE FROM t WHERE b = 'x';
-- to
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a, 'x'::text AS b FROM t;
CREATE POLICY p ON t USING (a = 1);
CREATE RULE r AS ON INSERT TO t DO ALSO DELETE FROM t WHERE a = 1;
-- pair: trigger table replaced
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
-- from
CREATE TABLE t (a int, b int);
CREATE TRIGGER x BEFORE UPDATE OF b ON t FOR EACH ROW WHEN (OLD.b > 1) EXECUTE FUNCTION tf();
-- to
CREATE TABLE t (a int, b bigint);
CREATE TRIGGER x BEFORE UPDATE OF b ON t FOR EACH ROW WHEN (OLD.b > 1) EXECUTE FUNCTION tf();
-- pair: enum new label used in view default and check
-- from
CREATE TYPE e AS ENUM ('a');
CREATE TABLE t (x e);
-- to
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (x e DEFAULT 'b', CHECK (x <> 'b'));
CREATE VIEW v AS SELECT 'b'::e AS y;
CREATE INDEX ON t (x) WHERE x = 'b';
-- pair: text to enum
-- from
CREATE TABLE t (x text DEFAULT 'a');
INSERT INTO t VALUES ('a');
-- to
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (x e DEFAULT 'a');
INSERT INTO t VALUES ('a');
-- pair: rename-like type change
-- from
CREATE TYPE e1 AS ENUM ('a', 'b');
CREATE TABLE t (x e1);
-- to
CREATE DOMAIN e1 AS text CHECK (VALUE IN ('a','b'));
CREATE TABLE t (x e1);
-- pair: domain over domain
-- from
CREATE DOMAIN d1 AS int;
CREATE DOMAIN d2 AS d1;
CREATE TABLE t (x d2);
CREATE FUNCTION f(d2) RETURNS d1 LANGUAGE sql AS 'SELECT $1::d1';
-- to
CREATE DOMAIN d1 AS text;
CREATE DOMAIN d2 AS d1 NOT NULL;
CREATE TABLE t (x d2);
CREATE FUNCTION f(d2) RETURNS d1 LANGUAGE sql AS 'SELECT $1::d1';
-- pair: mutual functions
-- from
-- to
CREATE FUNCTION a(int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN b($1); END $$;
CREATE FUNCTION b(int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN a($1); END $$;
CREATE FUNCTION c(int) RETURNS int LANGUAGE sql AS 'SELECT a($1)';
CREATE TABLE t (x int DEFAULT c(1));
CREATE FUNCTION d() RETURNS int LANGUAGE sql AS 'SELECT x FROM t';
-- pair: schema drop cascade contents
-- from
CREATE SCHEMA s49;
CREATE TABLE s49.t (a int);
CREATE VIEW s49.v AS SELECT a FROM s49.t;
CREATE FUNCTION s49.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TYPE s49.e AS ENUM ('a');
CREATE SEQUENCE s49.q;
CREATE VIEW outside AS SELECT s49.f() AS x;
ALTER DEFAULT PRIVILEGES IN SCHEMA s49 GRANT SELECT ON TABLES TO app1;
-- to
CREATE VIEW outside AS SELECT 1 AS x;
-- pair: grants all kinds
CREATE SCHEMA s50;
CREATE TABLE t (a int, b int);
CREATE SEQUENCE q;
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';
CREATE TYPE e AS ENUM ('a');
CREATE DOMAIN d AS int;
CREATE VIEW v AS SELECT 1 AS x;
CREATE AGGREGATE ag(int) (sfunc = int4pl, stype = int, initcond = '0');
-- from
GRANT SELECT ON t TO app1;
GRANT SELECT (a), UPDATE (a, b) ON t TO app2;
GRANT USAGE ON SEQUENCE q TO app1;
REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC;
GRANT ALL ON SCHEMA s50 TO PUBLIC;
GRANT EXECUTE ON PROCEDURE p() TO app1 WITH GRANT OPTION;
-- to
GRANT ALL ON t TO app1 WITH GRANT OPTION;
GRANT SELECT (b) ON t TO app2;
GRANT ALL ON SEQUENCE q TO app1;
GRANT EXECUTE ON FUNCTION f() TO app1;
REVOKE USAGE ON TYPE e FROM PUBLIC;
GRANT USAGE ON TYPE d TO app3;
GRANT INSERT ON v TO PUBLIC;
REVOKE EXECUTE ON FUNCTION ag(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ag(int) TO app2;
-- pair: written-out acl equals default
-- from
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
GRANT EXECUTE ON FUNCTION f() TO app1;
REVOKE EXECUTE ON FUNCTION f() FROM app1;
CREATE TYPE e AS ENUM ('a');
GRANT USAGE ON TYPE e TO app1;
REVOKE USAGE ON TYPE e FROM app1;
-- to
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TYPE e AS ENUM ('a');
-- pair: aggregates all
CREATE FUNCTION s1(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION fin(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';
-- from
CREATE AGGREGATE a1(int) (sfunc = s1, stype = int);
-- to
CREATE AGGREGATE a1(int) (sfunc = s1, stype = int, finalfunc = fin, finalfunc_extra, finalfunc_modify = shareable, combinefunc = int4pl, msfunc = s1, minvfunc = s1, mstype = int, minitcond = '0', sortop = <, initcond = '5', sspace = 8, parallel = restricted);
-- pair: multi trigger ddl on inherited and view with rules
CREATE TABLE p (a int);
CREATE TABLE c () INHERITS (p);
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
-- from
CREATE TRIGGER x BEFORE TRUNCATE ON p EXECUTE FUNCTION tf();
-- to
CREATE TRIGGER x AFTER TRUNCATE ON p FOR EACH STATEMENT EXECUTE FUNCTION tf();
ALTER TABLE p ENABLE REPLICA TRIGGER x;
CREATE TRIGGER z AFTER INSERT OR DELETE ON c FOR EACH ROW EXECUTE FUNCTION tf();
-- pair: partition of with triggers appearing
CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
-- from
CREATE TABLE p (a int) PARTITION BY LIST (a);
CREATE TRIGGER x AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION tf();
-- to
CREATE TABLE p (a int) PARTITION BY LIST (a);
CREATE TRIGGER x AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION tf();
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
CREATE TABLE p2 PARTITION OF p DEFAULT;
ALTER TABLE p2 DISABLE TRIGGER x;
COMMENT ON TRIGGER x ON p IS 'c';
-- pair: domain with function check
-- from
CREATE FUNCTION ok(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE DOMAIN d AS text CHECK (ok(VALUE));
CREATE TABLE t (a d);
-- to
CREATE FUNCTION ok2(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE DOMAIN d AS text DEFAULT 'x' CHECK (ok2(VALUE));
CREATE TABLE t (a d);
-- pair: generated column uses function that changes
-- from
CREATE FUNCTION ok(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (ok(a)) STORED);
CREATE INDEX i ON t (ok(a));
-- to
CREATE FUNCTION ok(int) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT 1::bigint';
CREATE TABLE t (a int, b bigint GENERATED ALWAYS AS (ok(a)) STORED);
CREATE INDEX i ON t (ok(a));
-- pair: owner changes with tables
-- from
CREATE TABLE t (a serial);
CREATE VIEW v AS SELECT a FROM t;
CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
CREATE SCHEMA s57 AUTHORIZATION app1;
CREATE STATISTICS st ON a, (a+1) FROM t;
-- to
CREATE TABLE t (a serial);
CREATE VIEW v AS SELECT a FROM t;
CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
CREATE SCHEMA s57 AUTHORIZATION app2;
CREATE STATISTICS st ON a, (a+1) FROM t;
ALTER TABLE t OWNER TO app1;
ALTER VIEW v OWNER TO app2;
ALTER MATERIALIZED VIEW m OWNER TO app1;
-- pair: rls
-- from
CREATE TABLE t (a int, o name);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR ALL TO app1 USING (o = current_user);
-- to
CREATE TABLE t (a int, o name, tenant int);
CREATE FUNCTION ten() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1';
ALTER TABLE t FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR INSERT TO app1, app2, CURRENT_USER WITH CHECK (tenant = ten());
CREATE POLICY p2 ON t FOR DELETE USING (EXISTS (SELECT FROM t t2 WHERE t2.a = t.a));
