-- pair: int to bigint
-- from
CREATE TABLE t (id int PRIMARY KEY, n int DEFAULT 3); CREATE INDEX t_n ON t (n); INSERT INTO t VALUES (1, 5);
-- to
CREATE TABLE t (id bigint PRIMARY KEY, n bigint DEFAULT 3); CREATE INDEX t_n ON t (n); INSERT INTO t VALUES (1, 5);

-- pair: text to int without an implicit cast
-- from
CREATE TABLE t (id int PRIMARY KEY, n text DEFAULT '0'); INSERT INTO t VALUES (1, '5'), (2, NULL);
-- to
CREATE TABLE t (id int PRIMARY KEY, n int DEFAULT 0); INSERT INTO t VALUES (1, 5), (2, NULL);

-- pair: text to timestamptz
-- from
CREATE TABLE t (id int PRIMARY KEY, n text); INSERT INTO t VALUES (1, '2026-01-01 10:00:00+00');
-- to
CREATE TABLE t (id int PRIMARY KEY, n timestamptz); INSERT INTO t VALUES (1, '2026-01-01 10:00:00+00');

-- pair: text to boolean with defaults
-- from
CREATE TABLE t (id int PRIMARY KEY, n text NOT NULL DEFAULT 'true'); INSERT INTO t VALUES (1, 'false');
-- to
CREATE TABLE t (id int PRIMARY KEY, n boolean NOT NULL DEFAULT true); INSERT INTO t VALUES (1, false);

-- pair: text to uuid
-- from
CREATE TABLE t (id text PRIMARY KEY); INSERT INTO t VALUES ('00000000-0000-0000-0000-000000000001');
-- to
CREATE TABLE t (id uuid PRIMARY KEY DEFAULT gen_random_uuid()); INSERT INTO t VALUES ('00000000-0000-0000-0000-000000000001');

-- pair: text to jsonb
-- from
CREATE TABLE t (id int PRIMARY KEY, n text DEFAULT '{}'); INSERT INTO t VALUES (1, '{"a": 1}');
-- to
CREATE TABLE t (id int PRIMARY KEY, n jsonb DEFAULT '{}'); INSERT INTO t VALUES (1, '{"a": 1}');

-- pair: json to jsonb with an index
-- from
CREATE TABLE t (id int PRIMARY KEY, n json); INSERT INTO t VALUES (1, '{"a": 1}');
-- to
CREATE TABLE t (id int PRIMARY KEY, n jsonb); CREATE INDEX t_n ON t USING gin (n); INSERT INTO t VALUES (1, '{"a": 1}');

-- pair: timestamp to timestamptz
-- values: t.n
-- from
CREATE TABLE t (id int PRIMARY KEY, n timestamp DEFAULT now()); INSERT INTO t VALUES (1, '2026-01-01');
-- to
CREATE TABLE t (id int PRIMARY KEY, n timestamptz DEFAULT now()); INSERT INTO t VALUES (1, '2026-01-01');

-- pair: shorter varchar
-- from
CREATE TABLE t (id int PRIMARY KEY, n varchar(100)); INSERT INTO t VALUES (1, 'short');
-- to
CREATE TABLE t (id int PRIMARY KEY, n varchar(10)); INSERT INTO t VALUES (1, 'short');

-- pair: varchar to text with a check, an index and a view
-- from
CREATE TABLE t (id int PRIMARY KEY, n varchar(40) CHECK (n <> '')); CREATE INDEX t_n ON t (lower(n)); CREATE VIEW v AS SELECT id, upper(n) AS u FROM t; INSERT INTO t VALUES (1, 'a');
-- to
CREATE TABLE t (id int PRIMARY KEY, n text CHECK (n <> '')); CREATE INDEX t_n ON t (lower(n)); CREATE VIEW v AS SELECT id, upper(n) AS u FROM t; INSERT INTO t VALUES (1, 'a');

-- pair: char to text
-- values: t.n
-- from
CREATE TABLE t (id int PRIMARY KEY, n char(5)); INSERT INTO t VALUES (1, 'ab');
-- to
CREATE TABLE t (id int PRIMARY KEY, n text); INSERT INTO t VALUES (1, 'ab');

-- pair: numeric scale
-- values: t.n
-- from
CREATE TABLE t (id int PRIMARY KEY, n numeric(10,2)); INSERT INTO t VALUES (1, 1.25);
-- to
CREATE TABLE t (id int PRIMARY KEY, n numeric(12,4)); INSERT INTO t VALUES (1, 1.25);

-- pair: float to numeric
-- from
CREATE TABLE t (id int PRIMARY KEY, n double precision); INSERT INTO t VALUES (1, 1.5);
-- to
CREATE TABLE t (id int PRIMARY KEY, n numeric); INSERT INTO t VALUES (1, 1.5);

-- pair: int to a scalar of arrays
-- from
CREATE TABLE t (id int PRIMARY KEY, n int[]); INSERT INTO t VALUES (1, '{1,2}');
-- to
CREATE TABLE t (id int PRIMARY KEY, n bigint[]); INSERT INTO t VALUES (1, '{1,2}');

-- pair: text to an enum with a default
-- from
CREATE TABLE t (id int PRIMARY KEY, n text NOT NULL DEFAULT 'open'); INSERT INTO t VALUES (1, 'done');
-- to
CREATE TYPE state AS ENUM ('open', 'done'); CREATE TABLE t (id int PRIMARY KEY, n state NOT NULL DEFAULT 'open'); INSERT INTO t VALUES (1, 'done');

-- pair: one enum to another with a default
-- from
CREATE TYPE old_state AS ENUM ('open', 'done'); CREATE TABLE t (id int PRIMARY KEY, n old_state DEFAULT 'open'); INSERT INTO t VALUES (1, 'done');
-- to
CREATE TYPE new_state AS ENUM ('open', 'done', 'gone'); CREATE TABLE t (id int PRIMARY KEY, n new_state DEFAULT 'open'); INSERT INTO t VALUES (1, 'done');

-- pair: an array of text to an array of an enum
-- from
CREATE TYPE state AS ENUM ('open', 'done'); CREATE TABLE t (id int PRIMARY KEY, n text[] DEFAULT '{open}'); INSERT INTO t VALUES (1, '{done}');
-- to
CREATE TYPE state AS ENUM ('open', 'done'); CREATE TABLE t (id int PRIMARY KEY, n state[] DEFAULT '{open}'); INSERT INTO t VALUES (1, '{done}');

-- pair: text to a domain
-- from
CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%'); CREATE TABLE t (id int PRIMARY KEY, n text); INSERT INTO t VALUES (1, 'a@b');
-- to
CREATE DOMAIN email AS text CHECK (VALUE LIKE '%@%'); CREATE TABLE t (id int PRIMARY KEY, n email); INSERT INTO t VALUES (1, 'a@b');

-- pair: both ends of a foreign key
-- from
CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int PRIMARY KEY, a_id int NOT NULL REFERENCES a); CREATE INDEX b_a ON b (a_id); INSERT INTO a VALUES (1); INSERT INTO b VALUES (1, 1);
-- to
CREATE TABLE a (id bigint PRIMARY KEY); CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint NOT NULL REFERENCES a); CREATE INDEX b_a ON b (a_id); INSERT INTO a VALUES (1); INSERT INTO b VALUES (1, 1);

-- pair: both ends of a foreign key from text to uuid
-- from
CREATE TABLE a (id text PRIMARY KEY); CREATE TABLE b (a_id text REFERENCES a ON DELETE CASCADE); INSERT INTO a VALUES ('00000000-0000-0000-0000-000000000001'); INSERT INTO b TABLE a;
-- to
CREATE TABLE a (id uuid PRIMARY KEY); CREATE TABLE b (a_id uuid REFERENCES a ON DELETE CASCADE); INSERT INTO a VALUES ('00000000-0000-0000-0000-000000000001'); INSERT INTO b TABLE a;

-- pair: a column of a view of a view
-- from
CREATE TABLE t (id int PRIMARY KEY, n int); CREATE VIEW v1 AS SELECT id, n + 1 AS n FROM t; CREATE VIEW v2 AS SELECT sum(n) AS s FROM v1; CREATE MATERIALIZED VIEW m AS SELECT n FROM v1; CREATE INDEX m_n ON m (n); INSERT INTO t VALUES (1, 2);
-- to
CREATE TABLE t (id int PRIMARY KEY, n bigint); CREATE VIEW v1 AS SELECT id, n + 1 AS n FROM t; CREATE VIEW v2 AS SELECT sum(n) AS s FROM v1; CREATE MATERIALIZED VIEW m AS SELECT n FROM v1; CREATE INDEX m_n ON m (n); INSERT INTO t VALUES (1, 2);

-- pair: a column of a policy, a rule and a trigger
-- from
CREATE TABLE t (id int PRIMARY KEY, n int); ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t USING (n > 0); CREATE RULE r AS ON UPDATE TO t WHERE new.n < 0 DO INSTEAD NOTHING;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER tr BEFORE UPDATE OF n ON t FOR EACH ROW WHEN (old.n <> new.n) EXECUTE FUNCTION f(); INSERT INTO t VALUES (1, 2);
-- to
CREATE TABLE t (id int PRIMARY KEY, n bigint); ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t USING (n > 0); CREATE RULE r AS ON UPDATE TO t WHERE new.n < 0 DO INSTEAD NOTHING;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER tr BEFORE UPDATE OF n ON t FOR EACH ROW WHEN (old.n <> new.n) EXECUTE FUNCTION f(); INSERT INTO t VALUES (1, 2);

-- pair: with a partial index and statistics
-- from
CREATE TABLE t (id int PRIMARY KEY, n int, m int); CREATE INDEX t_n ON t (n) WHERE n > 5; CREATE STATISTICS s ON n, m FROM t; INSERT INTO t VALUES (1, 2, 3);
-- to
CREATE TABLE t (id int PRIMARY KEY, n bigint, m int); CREATE INDEX t_n ON t (n) WHERE n > 5; CREATE STATISTICS s ON n, m FROM t; INSERT INTO t VALUES (1, 2, 3);

-- pair: the row type is an argument of a function
-- from
CREATE TABLE t (id int PRIMARY KEY, n int); CREATE FUNCTION f(t) RETURNS int LANGUAGE sql AS 'SELECT $1.id'; INSERT INTO t VALUES (1, 2);
-- to
CREATE TABLE t (id int PRIMARY KEY, n bigint); CREATE FUNCTION f(t) RETURNS int LANGUAGE sql AS 'SELECT $1.id'; INSERT INTO t VALUES (1, 2);

-- pair: to a type that is new
-- from
CREATE TABLE t (id int PRIMARY KEY, r int4range); INSERT INTO t VALUES (1, '[1,2)');
-- to
CREATE TYPE span AS RANGE (subtype = int); CREATE TABLE t (id int PRIMARY KEY, r span); INSERT INTO t VALUES (1, '[1,2)');

-- pair: text to bytea
-- values: t.n
-- from
CREATE TABLE t (id int PRIMARY KEY, n text); INSERT INTO t VALUES (1, 'ab');
-- to
CREATE TABLE t (id int PRIMARY KEY, n bytea); INSERT INTO t VALUES (1, 'ab');

-- pair: interval and time
-- values: t.b
-- from
CREATE TABLE t (id int PRIMARY KEY, a interval, b time); INSERT INTO t VALUES (1, '1 day', '10:00:00.123456');
-- to
CREATE TABLE t (id int PRIMARY KEY, a interval day to second, b time(3)); INSERT INTO t VALUES (1, '1 day', '10:00:00.123');

-- pair: bigint to int with an identity
-- from
CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY); INSERT INTO t DEFAULT VALUES;
-- to
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY); INSERT INTO t DEFAULT VALUES;
