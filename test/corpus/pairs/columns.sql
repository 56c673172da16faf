-- pair: a column appears
-- both
CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a'), (2, 'b');
-- from
-- to
ALTER TABLE t ADD n int;

-- pair: a not null column with a constant default
-- both
CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a'), (2, 'b');
-- from
-- to
ALTER TABLE t ADD n int NOT NULL DEFAULT 7;

-- pair: a column with a volatile default
-- both
CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1), (2);
-- from
-- to
ALTER TABLE t ADD u uuid NOT NULL DEFAULT gen_random_uuid(), ADD at timestamptz NOT NULL DEFAULT clock_timestamp();

-- pair: a column in the middle
-- from
CREATE TABLE t (a int, c int); INSERT INTO t VALUES (1, 3);
-- to
CREATE TABLE t (a int, b int, c int); INSERT INTO t VALUES (1, 2, 3);

-- pair: not null comes
-- from
CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a');
-- to
CREATE TABLE t (id int PRIMARY KEY, v text NOT NULL); INSERT INTO t VALUES (1, 'a');

-- pair: not null on many columns
-- from
CREATE TABLE t (a int, b text, c date); INSERT INTO t VALUES (1, 'a', '2026-01-01');
-- to
CREATE TABLE t (a int NOT NULL, b text NOT NULL, c date NOT NULL); INSERT INTO t VALUES (1, 'a', '2026-01-01');

-- pair: not null beside a check
-- from
CREATE TABLE t (a int, CONSTRAINT positive CHECK (a > 0)); INSERT INTO t VALUES (1);
-- to
CREATE TABLE t (a int NOT NULL, CONSTRAINT positive CHECK (a >= 0)); INSERT INTO t VALUES (1);

-- pair: a default comes
-- from
CREATE TABLE t (a int, b text); INSERT INTO t VALUES (1, 'a');
-- to
CREATE TABLE t (a int DEFAULT 1 + 2, b text DEFAULT 'it''s'); INSERT INTO t VALUES (1, 'a');

-- pair: a default changes
-- from
CREATE TABLE t (a timestamptz DEFAULT now(), b text DEFAULT 'x', c int[] DEFAULT '{1}'); INSERT INTO t DEFAULT VALUES;
-- to
CREATE TABLE t (a timestamptz DEFAULT now() + interval '1 day', b text DEFAULT upper('x'), c int[] DEFAULT ARRAY[1, 2]); INSERT INTO t DEFAULT VALUES;

-- pair: a default that is null
-- from
CREATE TABLE t (a int DEFAULT NULL); INSERT INTO t VALUES (1);
-- to
CREATE TABLE t (a int); INSERT INTO t VALUES (1);

-- pair: a default by a new function
-- from
CREATE TABLE t (id int, code text); INSERT INTO t VALUES (1, 'a');
-- to
CREATE FUNCTION new_code() RETURNS text LANGUAGE sql AS $$SELECT 'c' || 1$$; CREATE TABLE t (id int, code text DEFAULT new_code()); INSERT INTO t VALUES (1, 'a');

-- pair: a default by a sequence that moves to another
-- from
CREATE SEQUENCE s1; CREATE TABLE t (id int DEFAULT nextval('s1')); INSERT INTO t DEFAULT VALUES;
-- to
CREATE SEQUENCE s2; CREATE TABLE t (id int DEFAULT nextval('s2')); INSERT INTO t DEFAULT VALUES;

-- pair: serial goes
-- from
CREATE TABLE t (id serial PRIMARY KEY, v text); INSERT INTO t (v) VALUES ('a');
-- to
CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a');

-- pair: serial becomes bigserial
-- from
CREATE TABLE t (id serial PRIMARY KEY, v text); INSERT INTO t (v) VALUES ('a');
-- to
CREATE TABLE t (id bigserial PRIMARY KEY, v text); INSERT INTO t (v) VALUES ('a');

-- pair: a stored generated column appears
-- from
CREATE TABLE t (a int, b int); INSERT INTO t VALUES (1, 2);
-- to
CREATE TABLE t (a int, b int, c int GENERATED ALWAYS AS (a + b) STORED); INSERT INTO t VALUES (1, 2);

-- pair: a generated expression changes
-- from
CREATE TABLE t (a int, b int, c int GENERATED ALWAYS AS (a + b) STORED); CREATE INDEX t_c ON t (c); INSERT INTO t VALUES (1, 2);
-- to
CREATE TABLE t (a int, b int, c int GENERATED ALWAYS AS (a * b) STORED); CREATE INDEX t_c ON t (c); INSERT INTO t VALUES (1, 2);

-- pair: a generated column becomes plain
-- values: t.c
-- from
CREATE TABLE t (a int, c int GENERATED ALWAYS AS (a * 2) STORED); INSERT INTO t VALUES (1);
-- to
CREATE TABLE t (a int, c int); INSERT INTO t VALUES (1, 2);

-- pair: a generated column over one whose type changes
-- from
CREATE TABLE t (a int, c int GENERATED ALWAYS AS (a * 2) STORED); INSERT INTO t VALUES (1);
-- to
CREATE TABLE t (a bigint, c bigint GENERATED ALWAYS AS (a * 2) STORED); INSERT INTO t VALUES (1);

-- pair: a virtual generated column
-- since: 18
-- from
CREATE TABLE t (a int, b int); INSERT INTO t VALUES (1, 2);
-- to
CREATE TABLE t (a int, b int, c int GENERATED ALWAYS AS (a + b) VIRTUAL); INSERT INTO t VALUES (1, 2);

-- pair: virtual becomes stored
-- since: 18
-- from
CREATE TABLE t (a int, c int GENERATED ALWAYS AS (a + 1) VIRTUAL); INSERT INTO t VALUES (1);
-- to
CREATE TABLE t (a int, c int GENERATED ALWAYS AS (a + 1) STORED); INSERT INTO t VALUES (1);

-- pair: a virtual expression changes
-- since: 18
-- from
CREATE TABLE t (a int, c int GENERATED ALWAYS AS (a + 1) VIRTUAL); CREATE VIEW v AS SELECT c FROM t; INSERT INTO t VALUES (1);
-- to
CREATE TABLE t (a int, c int GENERATED ALWAYS AS (a + 2) VIRTUAL); CREATE VIEW v AS SELECT c FROM t; INSERT INTO t VALUES (1);

-- pair: storage of a column
-- from
CREATE TABLE t (v text, j jsonb); INSERT INTO t VALUES ('a', '{}');
-- to
CREATE TABLE t (v text, j jsonb); ALTER TABLE t ALTER v SET STORAGE EXTERNAL, ALTER j SET STORAGE MAIN; INSERT INTO t VALUES ('a', '{}');

-- pair: statistics of a column
-- from
CREATE TABLE t (v text, n int); ALTER TABLE t ALTER n SET STATISTICS 10; INSERT INTO t VALUES ('a', 1);
-- to
CREATE TABLE t (v text, n int); ALTER TABLE t ALTER v SET STATISTICS 500; INSERT INTO t VALUES ('a', 1);

-- pair: options of a column
-- from
CREATE TABLE t (v text); ALTER TABLE t ALTER v SET (n_distinct = 5); INSERT INTO t VALUES ('a');
-- to
CREATE TABLE t (v text); ALTER TABLE t ALTER v SET (n_distinct_inherited = -0.5); INSERT INTO t VALUES ('a');

-- pair: collation of a column
-- from
CREATE TABLE t (id int PRIMARY KEY, v text); CREATE INDEX t_v ON t (v); INSERT INTO t VALUES (1, 'a');
-- to
CREATE TABLE t (id int PRIMARY KEY, v text COLLATE "C"); CREATE INDEX t_v ON t (v); INSERT INTO t VALUES (1, 'a');

-- pair: a column that a constraint, an index and a view use goes
-- from
CREATE TABLE t (id int PRIMARY KEY, a int CHECK (a > 0), b text); CREATE INDEX t_a ON t (a, b); CREATE VIEW v AS SELECT id, a FROM t; INSERT INTO t VALUES (1, 1, 'x');
-- to
CREATE TABLE t (id int PRIMARY KEY, b text); CREATE VIEW v AS SELECT id FROM t; INSERT INTO t VALUES (1, 'x');

-- pair: all columns are replaced
-- from
CREATE TABLE t (a int, b int); INSERT INTO t VALUES (1, 2);
-- to
CREATE TABLE t (c text, d text); INSERT INTO t VALUES ('a', 'b');

-- pair: a column of a domain with a check
-- from
CREATE DOMAIN positive AS int CHECK (VALUE > 0); CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t VALUES (1);
-- to
CREATE DOMAIN positive AS int CHECK (VALUE > 0); CREATE TABLE t (id int PRIMARY KEY, n positive DEFAULT 1); INSERT INTO t VALUES (1);

-- pair: names that need quotes
-- from
CREATE TABLE "My Table" ("Id" int PRIMARY KEY, "select" text, "a ""b""" int, "ü" text); INSERT INTO "My Table" VALUES (1, 'a', 2, 'u');
-- to
CREATE TABLE "My Table" ("Id" bigint PRIMARY KEY, "select" text NOT NULL DEFAULT 'x', "a ""b""" int, "ü" text, "semi;colon" text CHECK ("semi;colon" <> '; DROP')); CREATE INDEX "my index" ON "My Table" ("a ""b""");
INSERT INTO "My Table" VALUES (1, 'a', 2, 'u', 'z');

-- pair: names of 63 bytes
-- from
CREATE TABLE aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa (id int); INSERT INTO aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa VALUES (1);
-- to
CREATE TABLE aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa (id int, bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb serial UNIQUE); INSERT INTO aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa VALUES (1);

-- pair: arrays and composite columns
-- from
CREATE TYPE pair AS (a int, b text); CREATE TABLE t (p pair, l int[]); INSERT INTO t VALUES ((1, 'x'), '{1}');
-- to
CREATE TYPE pair AS (a int, b text); CREATE TABLE t (p pair DEFAULT ROW(1, 'a'), l int[] DEFAULT '{}', ps pair[]); INSERT INTO t VALUES ((1, 'x'), '{1}', NULL);
