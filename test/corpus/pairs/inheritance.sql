-- pair: a child appears
-- both
CREATE TABLE p (id int, v text); INSERT INTO p VALUES (1, 'a');
-- from
-- to
CREATE TABLE k (extra int) INHERITS (p); INSERT INTO k VALUES (2, 'b', 3);

-- pair: a child leaves its parent
-- both
CREATE TABLE p (id int, v text); CREATE TABLE k (extra int) INHERITS (p); INSERT INTO k VALUES (2, 'b', 3);
-- from
-- to
ALTER TABLE k NO INHERIT p;

-- pair: a column of the parent
-- from
CREATE TABLE p (id int); CREATE TABLE k (extra int) INHERITS (p); INSERT INTO k VALUES (2, 3);
-- to
CREATE TABLE p (id int, v text DEFAULT 'x'); CREATE TABLE k (extra int) INHERITS (p); INSERT INTO k VALUES (2, 'b', 3);

-- pair: two parents
-- from
CREATE TABLE a (x int); CREATE TABLE b (y int); CREATE TABLE k () INHERITS (a); INSERT INTO k VALUES (1);
-- to
CREATE TABLE a (x int); CREATE TABLE b (y int); CREATE TABLE k () INHERITS (a, b); INSERT INTO k VALUES (1, 2);

-- pair: a column becomes the child's own
-- from
CREATE TABLE p (id int, v text); CREATE TABLE k () INHERITS (p); INSERT INTO k VALUES (1, 'a');
-- to
CREATE TABLE p (id int, v text); CREATE TABLE k (v text) INHERITS (p); INSERT INTO k VALUES (1, 'a');

-- pair: a check of the parent
-- both
CREATE TABLE p (id int); CREATE TABLE k () INHERITS (p); INSERT INTO k VALUES (1);
-- from
-- to
ALTER TABLE p ADD CONSTRAINT c CHECK (id > 0);

-- pair: a check of child and parent
-- both
CREATE TABLE p (id int); CREATE TABLE k () INHERITS (p); INSERT INTO k VALUES (1); ALTER TABLE k ADD CONSTRAINT c CHECK (id > 0);
-- from
-- to
ALTER TABLE p ADD CONSTRAINT c CHECK (id > 0);

-- pair: a default of the child
-- both
CREATE TABLE p (id int DEFAULT 1); CREATE TABLE k () INHERITS (p); INSERT INTO k VALUES (1);
-- from
-- to
ALTER TABLE k ALTER id SET DEFAULT 2;

-- pair: not null of the parent
-- both
CREATE TABLE p (id int); CREATE TABLE k () INHERITS (p); INSERT INTO k VALUES (1);
-- from
-- to
ALTER TABLE p ALTER id SET NOT NULL;

-- pair: the type of an inherited column
-- from
CREATE TABLE p (id int); CREATE TABLE k (v text) INHERITS (p); CREATE VIEW seen AS SELECT id FROM p; INSERT INTO k VALUES (1, 'a');
-- to
CREATE TABLE p (id bigint); CREATE TABLE k (v text) INHERITS (p); CREATE VIEW seen AS SELECT id FROM p; INSERT INTO k VALUES (1, 'a');
