-- pair: a table with its parts
-- rename: table public.users = public.people
-- from
CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE, n serial, CONSTRAINT nice CHECK (email <> ''));
CREATE INDEX users_n ON users (n);
CREATE TABLE orders (u bigint REFERENCES users);
CREATE VIEW v AS SELECT id FROM users;
INSERT INTO users (email) VALUES ('a');
-- to
CREATE TABLE people (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE, n serial, CONSTRAINT nice CHECK (email <> ''));
CREATE INDEX people_n ON people (n);
CREATE TABLE orders (u bigint REFERENCES people);
CREATE VIEW v AS SELECT id FROM people;
INSERT INTO people (email) VALUES ('a');

-- pair: names kept behind
-- rename: table public.users = public.people
-- rename: column public.users.email = public.people.mail
-- from
CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE);
CREATE VIEW v AS SELECT email FROM users;
INSERT INTO users (email) VALUES ('a');
-- to
CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE);
ALTER TABLE users RENAME COLUMN email TO mail;
ALTER TABLE users RENAME TO people;
CREATE VIEW v AS SELECT mail AS email FROM people;
INSERT INTO people (mail) VALUES ('a');

-- pair: two columns change places
-- rename: column public.t.a = public.t.b
-- rename: column public.t.b = public.t.a
-- from
CREATE TABLE t (a int, b text);
INSERT INTO t VALUES (1, 'x');
-- to
CREATE TABLE t (b int, a text);
INSERT INTO t VALUES (1, 'x');

-- pair: a name that is free only later
-- rename: table public.t_new = public.t
-- from
CREATE TABLE t (a int); CREATE TABLE t_new (a int, b text);
INSERT INTO t_new VALUES (1, 'b');
-- to
CREATE TABLE t (a int, b text);
INSERT INTO t VALUES (1, 'b');

-- pair: into another schema
-- rename: table public.t = app.t
-- from
CREATE TABLE t (a serial PRIMARY KEY);
INSERT INTO t VALUES (1);
-- to
CREATE SCHEMA app;
CREATE TABLE app.t (a serial PRIMARY KEY);
INSERT INTO app.t VALUES (1);

-- pair: without an answer things without data are renamed
-- both
CREATE TABLE t (a int NOT NULL, b int);
INSERT INTO t VALUES (1, 2);
-- from
CREATE INDEX i ON t (b);
ALTER TABLE t ADD CONSTRAINT p PRIMARY KEY (a), ADD CONSTRAINT c CHECK (b > 0);
-- to
CREATE INDEX j ON t (b);
ALTER TABLE t ADD CONSTRAINT q PRIMARY KEY (a), ADD CONSTRAINT d CHECK (b > 0);

-- pair: a renamed column with another type
-- rename: column public.t.a = public.t.b
-- from
CREATE TABLE t (a int DEFAULT 3, g int GENERATED ALWAYS AS (a + 1) STORED);
CREATE INDEX i ON t ((a + 1));
INSERT INTO t VALUES (1);
-- to
CREATE TABLE t (b bigint DEFAULT 3, g int GENERATED ALWAYS AS (b + 1) STORED);
CREATE INDEX i ON t ((b + 1));
INSERT INTO t VALUES (1);

-- pair: hostile names
-- rename: table public."a.b""c""$1" = public."Ü;DROP""x--"
-- from
CREATE TABLE "a.b""c""$1" ("x.y" int, "a""b" text DEFAULT 'q"''');
INSERT INTO "a.b""c""$1" VALUES (1, 'a');
-- to
CREATE TABLE "Ü;DROP""x--" ("x.y" int, "a""b" text DEFAULT 'q"''');
INSERT INTO "Ü;DROP""x--" VALUES (1, 'a');
