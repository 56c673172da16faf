/** Tables with planted secrets, and functions, operators, casts, views, policies, domains and types behind which a write hides. */
export const sceneSql = `
CREATE SCHEMA shop;
CREATE SCHEMA trap;
CREATE TYPE shop.mood AS ENUM ('calm', 'cross');
CREATE DOMAIN shop.short AS text CHECK (length(VALUE) <= 20);
CREATE TABLE shop.customers (id int PRIMARY KEY, name text NOT NULL, email text, phone text, born date, mood shop.mood, tags text[]);
INSERT INTO shop.customers SELECT n, 'Customer ' || n, 'planted-secret-' || n || '@example.org', 'planted-secret-' || n, '1980-01-01'::date + n, 'calm', ARRAY['a', 'b'] FROM generate_series(1, 20) n;
CREATE TABLE shop.orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES shop.customers, status text NOT NULL, amount numeric(12, 2) NOT NULL, made timestamptz NOT NULL, data jsonb, code shop.short);
INSERT INTO shop.orders SELECT n, n % 20 + 1, CASE n % 3 WHEN 0 THEN 'paid' WHEN 1 THEN 'open' ELSE 'sent' END, n * 1.5, '2026-01-01'::timestamptz + n * interval '1 hour', jsonb_build_object('items', n % 5), 'c' || n FROM generate_series(1, 200) n;
CREATE INDEX ON shop.orders (customer_id, made);
CREATE TABLE shop.secrets (token text);
INSERT INTO shop.secrets VALUES ('planted-secret-token');
CREATE TABLE shop.journal (what text);
CREATE SEQUENCE shop.numbers;
CREATE VIEW shop.paid AS SELECT id, customer_id, amount FROM shop.orders WHERE status = 'paid';
CREATE VIEW shop.people AS SELECT id, name, email AS address FROM shop.customers;
CREATE FUNCTION shop.with_tax(x numeric) RETURNS numeric LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT round(x * 1.2, 2); END;
CREATE TABLE shop.kin_0 (email text);
DO $$ BEGIN FOR n IN 1..10 LOOP EXECUTE format('CREATE TABLE shop.kin_%s () INHERITS (shop.kin_%s)', n, n - 1); END LOOP; END $$;
INSERT INTO shop.kin_10 VALUES ('planted-secret-kin');
CREATE FUNCTION shop.mails() RETURNS SETOF shop.customers LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT * FROM shop.customers; END $$;
CREATE FUNCTION shop.mail_of(x int) RETURNS text LANGUAGE sql STABLE BEGIN ATOMIC SELECT email FROM shop.customers WHERE id = x; END;
CREATE MATERIALIZED VIEW shop.gathered AS SELECT o.id, shop.mail_of(o.customer_id) AS mail, shop.with_tax(o.amount) AS taxed FROM shop.orders o;
CREATE MATERIALIZED VIEW shop.joined AS SELECT m.id, m.email AS e FROM shop.mails() m;
ANALYZE shop.customers, shop.orders;

CREATE FUNCTION trap.note() RETURNS int LANGUAGE plpgsql VOLATILE AS $$ BEGIN INSERT INTO shop.journal VALUES ('note'); RETURN 1; END $$;
CREATE FUNCTION trap.shifty() RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN INSERT INTO shop.journal VALUES ('shifty'); RETURN 1; END $$;
CREATE FUNCTION trap.locks() RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM pg_advisory_lock(7); RETURN 1; END $$;
CREATE FUNCTION trap.of_int(x int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM pg_advisory_lock(8); RETURN x; END $$;
CREATE FUNCTION trap.of_two(x int, y int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM pg_advisory_lock(9); RETURN x; END $$;
CREATE FUNCTION trap.says(x int, y int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM pg_advisory_lock(10); RETURN true; END $$;
CREATE FUNCTION trap.text_body() RETURNS int LANGUAGE sql AS 'SELECT trap.locks()';
CREATE FUNCTION trap.atomic_body() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT trap.locks(); END;
CREATE FUNCTION trap.atomic_built_in() RETURNS void LANGUAGE sql BEGIN ATOMIC SELECT pg_advisory_lock(11); END;
CREATE FUNCTION trap.deep() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT trap.atomic_body(); END;
CREATE FUNCTION trap.definer() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER BEGIN ATOMIC SELECT token FROM shop.secrets; END;
CREATE FUNCTION trap.definer_text() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER AS 'SELECT token FROM shop.secrets';
CREATE FUNCTION trap.with_default(x int DEFAULT trap.locks()) RETURNS int LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT x; END;
CREATE FUNCTION trap.many(VARIADIC x int[]) RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_lock(12); RETURN 1; END $$;
CREATE FUNCTION trap.set_of() RETURNS SETOF int LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_lock(13); RETURN NEXT 1; END $$;
CREATE FUNCTION trap.setter() RETURNS int LANGUAGE sql SET statement_timeout = 0 BEGIN ATOMIC SELECT 1; END;
CREATE FUNCTION shop.leak(o shop.orders) RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_lock(14); RETURN 1; END $$;
CREATE FUNCTION public.lower(x int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_lock(15); RETURN x; END $$;
CREATE PROCEDURE trap.proc() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO shop.journal VALUES ('proc'); END $$;
CREATE AGGREGATE trap.gather(int) (SFUNC = trap.of_two, STYPE = int);
CREATE AGGREGATE trap.closing(int) (SFUNC = int4pl, STYPE = int, FINALFUNC = trap.of_int);
CREATE AGGREGATE trap.moving(int) (SFUNC = int4pl, STYPE = int, MSFUNC = trap.of_two, MINVFUNC = trap.of_two, MSTYPE = int);
CREATE AGGREGATE trap.ordered(ORDER BY int) (SFUNC = trap.of_two, STYPE = int);

CREATE OPERATOR trap.+@+ (FUNCTION = trap.of_two, LEFTARG = int, RIGHTARG = int);
CREATE OPERATOR trap.~~~ (FUNCTION = trap.of_int, RIGHTARG = int);
CREATE OPERATOR trap.=== (FUNCTION = trap.says, LEFTARG = int, RIGHTARG = int);

CREATE TYPE trap.pair AS (x int, y int);
CREATE FUNCTION trap.pair_text(x trap.pair) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM pg_advisory_lock(16); RETURN 'x'; END $$;
CREATE FUNCTION trap.pair_int(x trap.pair) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM pg_advisory_lock(17); RETURN 1; END $$;
CREATE FUNCTION trap.int_pair(x int) RETURNS trap.pair LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM pg_advisory_lock(18); RETURN row(x, x); END $$;
CREATE FUNCTION trap.takes(x trap.pair) RETURNS int LANGUAGE sql IMMUTABLE BEGIN ATOMIC SELECT 1; END;
CREATE CAST (trap.pair AS text) WITH FUNCTION trap.pair_text(trap.pair);
CREATE CAST (trap.pair AS int) WITH FUNCTION trap.pair_int(trap.pair) AS IMPLICIT;
CREATE CAST (int AS trap.pair) WITH FUNCTION trap.int_pair(int) AS IMPLICIT;
CREATE FUNCTION trap.pair_cmp(x trap.pair, y trap.pair) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM pg_advisory_lock(19); RETURN 0; END $$;
CREATE FUNCTION trap.pair_is(x trap.pair, y trap.pair) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM pg_advisory_lock(20); RETURN true; END $$;
CREATE OPERATOR trap.= (FUNCTION = trap.pair_is, LEFTARG = trap.pair, RIGHTARG = trap.pair, COMMUTATOR = OPERATOR(trap.=), MERGES);
CREATE OPERATOR trap.< (FUNCTION = trap.pair_is, LEFTARG = trap.pair, RIGHTARG = trap.pair);
CREATE OPERATOR trap.<= (FUNCTION = trap.pair_is, LEFTARG = trap.pair, RIGHTARG = trap.pair);
CREATE OPERATOR trap.> (FUNCTION = trap.pair_is, LEFTARG = trap.pair, RIGHTARG = trap.pair);
CREATE OPERATOR trap.>= (FUNCTION = trap.pair_is, LEFTARG = trap.pair, RIGHTARG = trap.pair);
CREATE TABLE trap.pairs (id int, p trap.pair);
INSERT INTO trap.pairs VALUES (1, row(1, 2)::trap.pair), (2, row(3, 4)::trap.pair);

CREATE DOMAIN trap.checked AS int CHECK (trap.of_int(VALUE) > 0);
CREATE DOMAIN trap.above AS trap.checked;
CREATE TYPE trap.holds AS (x trap.checked);
CREATE TABLE trap.plain (id int PRIMARY KEY, n int);
INSERT INTO trap.plain VALUES (1, 1), (2, 2), (3, 3);

CREATE VIEW trap.v AS SELECT trap.locks() AS n;
CREATE VIEW trap.vv AS SELECT n + 1 AS n FROM trap.v;
CREATE VIEW trap.hidden AS SELECT id FROM trap.plain WHERE trap.of_int(id) > 0;
CREATE VIEW trap.barrier WITH (security_barrier) AS SELECT id FROM trap.plain WHERE trap.says(id, n);
CREATE VIEW trap.sleeps AS SELECT pg_sleep(0.01)::text AS s;
CREATE VIEW trap.reads AS SELECT * FROM trap.definer();
CREATE VIEW trap.casts AS SELECT 1::trap.checked AS c;
CREATE VIEW trap.unused AS SELECT id, trap.of_int(id) AS n FROM trap.plain;

CREATE TABLE trap.guarded (id int, n int);
INSERT INTO trap.guarded VALUES (1, 1);
ALTER TABLE trap.guarded ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON trap.guarded FOR SELECT USING (trap.says(id, n));
CREATE TABLE trap.guarded_deep (id int, n int);
INSERT INTO trap.guarded_deep VALUES (1, 1);
ALTER TABLE trap.guarded_deep ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON trap.guarded_deep FOR SELECT USING (id IN (SELECT id FROM trap.hidden));
CREATE TABLE trap.guarded_built_in (id int);
INSERT INTO trap.guarded_built_in VALUES (1);
ALTER TABLE trap.guarded_built_in ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON trap.guarded_built_in FOR SELECT USING (pg_try_advisory_lock(id));
`;

/** Functions and operators with closer types than the server's own, which a careless look-up on the reader's path would call. */
export const shadows: readonly (readonly [make: string, drop: string])[] = [
  [
    "CREATE FUNCTION public.concat(x bigint, y text, z numeric) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE 'shadow'; END $$",
    'DROP FUNCTION public.concat(bigint, text, numeric)',
  ],
  ...['=', '<>', '<', '>='].map((name, at): readonly [string, string] => [
    `CREATE FUNCTION public.shadow_${at}(x oid, y int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RAISE 'shadow'; END $$;
       CREATE OPERATOR public.${name} (FUNCTION = public.shadow_${at}, LEFTARG = oid, RIGHTARG = int)`,
    `DROP FUNCTION public.shadow_${at}(oid, int) CASCADE`,
  ]),
];

/** Generated columns that are made when they are read. */
export const virtualSql = `
CREATE TABLE shop.profiles (id int, email text, address text GENERATED ALWAYS AS (upper(email)) VIRTUAL, size int GENERATED ALWAYS AS (id * 2) VIRTUAL);
INSERT INTO shop.profiles (id, email) VALUES (1, 'planted-secret');
`;

/** What plants a call where the planner meets it: each is made after the reader had its rights, and its table is then read. */
export const planned: readonly (readonly [make: string, ask: string])[] = [
  [
    'CREATE TABLE trap.p1 (id int); CREATE INDEX ON trap.p1 (id) WHERE trap.of_int(1) = 1',
    'SELECT id FROM trap.p1',
  ],
  [
    'CREATE TABLE trap.p2 (id int); CREATE INDEX ON trap.p2 ((id + trap.of_int(1)))',
    'SELECT id FROM trap.p2 WHERE id = 1',
  ],
  [
    'CREATE TABLE trap.p3 (id int, CHECK (id > trap.of_int(1)))',
    'SELECT id FROM trap.p3 WHERE id = 1 UNION ALL SELECT 1',
  ],
  [
    'CREATE TABLE trap.p4 (id int, n int); CREATE STATISTICS trap.p4s ON (id + trap.of_int(1)), n FROM trap.p4; INSERT INTO trap.p4 SELECT 1, 1; ANALYZE trap.p4',
    'SELECT id FROM trap.p4 WHERE n = 1',
  ],
];
