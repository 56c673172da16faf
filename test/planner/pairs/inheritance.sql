-- pair: a child comes
-- both
CREATE TABLE p (id int NOT NULL DEFAULT 3, t text, CONSTRAINT idpos CHECK (id > 0));
INSERT INTO p VALUES (1, 'a');
-- from
-- to
CREATE TABLE c (x int) INHERITS (p);
CREATE TABLE d (x int, id bigint, t text);

-- pair: a table becomes a child
-- both
CREATE TABLE p (id int, t text);
CREATE TABLE c (id int, t text, x int);
INSERT INTO c VALUES (1, 'a', 2);
-- from
-- to
ALTER TABLE c INHERIT p;

-- pair: two parents and merged columns
-- both
CREATE TABLE p (id int, t text);
CREATE TABLE q (t text, z int DEFAULT 4);
-- from
-- to
CREATE TABLE c (t text DEFAULT 'own', x int) INHERITS (p, q);

-- pair: columns of a parent with children
-- both
CREATE TABLE p (id int, t text);
CREATE TABLE c (x int) INHERITS (p);
CREATE TABLE cc (y int) INHERITS (c);
INSERT INTO cc VALUES (1, 'a', 2, 3);
-- from
-- to
ALTER TABLE p ADD COLUMN n int DEFAULT 5, ADD COLUMN m text, DROP COLUMN t, ALTER COLUMN id TYPE bigint;
ALTER TABLE ONLY c ALTER COLUMN n SET DEFAULT 6;

-- pair: a column of the parent that the child keeps
-- both
CREATE TABLE p (id int, t text);
CREATE TABLE c (t text, x int) INHERITS (p);
INSERT INTO c VALUES (1, 'a', 2);
-- from
-- to
ALTER TABLE p DROP COLUMN t;

-- pair: checks of parents
-- both
CREATE TABLE p (id int, t text);
CREATE TABLE c (x int) INHERITS (p);
INSERT INTO c VALUES (1, 'a', 2);
-- from
ALTER TABLE p ADD CONSTRAINT one CHECK (id > 0), ADD CONSTRAINT two CHECK (id < 9), ADD CONSTRAINT own CHECK (id < 99) NO INHERIT;
ALTER TABLE c ADD CONSTRAINT mine CHECK (x > 0);
-- to
ALTER TABLE p ADD CONSTRAINT two CHECK (id < 10), ADD CONSTRAINT three CHECK (id < 100);
ALTER TABLE c ADD CONSTRAINT mine CHECK (x > 1);

-- pair: not null of parents
-- both
CREATE TABLE p (id int, t text, u text);
CREATE TABLE c (x int) INHERITS (p);
INSERT INTO c VALUES (1, 'a', 'b', 2);
-- from
ALTER TABLE c ALTER COLUMN u SET NOT NULL;
-- to
ALTER TABLE p ALTER COLUMN id SET NOT NULL;
ALTER TABLE c ALTER COLUMN t SET NOT NULL;

-- pair: indexes of parent and child
-- both
CREATE TABLE p (id int PRIMARY KEY, t text);
CREATE TABLE c (x int) INHERITS (p);
-- from
-- to
CREATE INDEX ON p (t);
CREATE UNIQUE INDEX ON c (id);
ALTER TABLE c ADD CONSTRAINT k PRIMARY KEY (x);

-- pair: the parent goes and the child stays
-- both
-- from
CREATE TABLE p (id int, t text);
CREATE TABLE c (x int) INHERITS (p);
INSERT INTO c VALUES (1, 'a', 2);
-- to
CREATE TABLE c (id int, t text, x int);
INSERT INTO c VALUES (1, 'a', 2);
