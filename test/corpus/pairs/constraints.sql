-- pair: a check comes
-- from
CREATE TABLE t (a int, b int); INSERT INTO t VALUES (1, 2);
-- to
CREATE TABLE t (a int, b int, CONSTRAINT a_below_b CHECK (a < b)); INSERT INTO t VALUES (1, 2);

-- pair: a check changes
-- from
CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 0)); INSERT INTO t VALUES (5);
-- to
CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 3 AND a < 100)); INSERT INTO t VALUES (5);

-- pair: a check not valid
-- from
CREATE TABLE t (a int); INSERT INTO t VALUES (-1);
-- to
CREATE TABLE t (a int); INSERT INTO t VALUES (-1); ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;

-- pair: a check is validated
-- from
CREATE TABLE t (a int); INSERT INTO t VALUES (1); ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID;
-- to
CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 0)); INSERT INTO t VALUES (1);

-- pair: a check that is not inherited
-- from
CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 0) NO INHERIT); CREATE TABLE k () INHERITS (t); INSERT INTO t VALUES (1);
-- to
CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 0)); CREATE TABLE k () INHERITS (t); INSERT INTO t VALUES (1);

-- pair: a check with a function
-- from
CREATE TABLE t (a int); INSERT INTO t VALUES (1);
-- to
CREATE FUNCTION fine(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 0'; CREATE TABLE t (a int CHECK (fine(a))); INSERT INTO t VALUES (1);

-- pair: a check not enforced
-- since: 18
-- from
CREATE TABLE t (a int); INSERT INTO t VALUES (1);
-- to
CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 5) NOT ENFORCED); INSERT INTO t VALUES (1);

-- pair: enforced again
-- since: 18
-- from
CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 0) NOT ENFORCED); INSERT INTO t VALUES (1);
-- to
CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 0)); INSERT INTO t VALUES (1);

-- pair: a primary key comes
-- from
CREATE TABLE t (id int, v text); INSERT INTO t VALUES (1, 'a');
-- to
CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a');

-- pair: a primary key of other columns
-- from
CREATE TABLE t (a int, b int NOT NULL, CONSTRAINT t_pkey PRIMARY KEY (a)); INSERT INTO t VALUES (1, 2);
-- to
CREATE TABLE t (a int, b int, CONSTRAINT t_pkey PRIMARY KEY (b, a)); INSERT INTO t VALUES (1, 2);

-- pair: a primary key that others refer to moves
-- from
CREATE TABLE a (id int PRIMARY KEY, code text NOT NULL UNIQUE); CREATE TABLE b (a_id int REFERENCES a (id)); INSERT INTO a VALUES (1, 'x'); INSERT INTO b VALUES (1);
-- to
CREATE TABLE a (id int NOT NULL UNIQUE, code text PRIMARY KEY); CREATE TABLE b (a_id int REFERENCES a (id)); INSERT INTO a VALUES (1, 'x'); INSERT INTO b VALUES (1);

-- pair: a primary key that includes a column
-- from
CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'a');
-- to
CREATE TABLE t (id int, v text, PRIMARY KEY (id) INCLUDE (v) WITH (fillfactor = 80)); INSERT INTO t VALUES (1, 'a');

-- pair: unique comes
-- from
CREATE TABLE t (a int, b int); INSERT INTO t VALUES (1, 2);
-- to
CREATE TABLE t (a int UNIQUE, b int, CONSTRAINT ab UNIQUE (a, b) DEFERRABLE INITIALLY DEFERRED); INSERT INTO t VALUES (1, 2);

-- pair: unique becomes deferrable
-- from
CREATE TABLE t (a int, CONSTRAINT u UNIQUE (a)); INSERT INTO t VALUES (1);
-- to
CREATE TABLE t (a int, CONSTRAINT u UNIQUE (a) DEFERRABLE); INSERT INTO t VALUES (1);

-- pair: nulls not distinct
-- from
CREATE TABLE t (a int, CONSTRAINT u UNIQUE (a)); INSERT INTO t VALUES (NULL);
-- to
CREATE TABLE t (a int, CONSTRAINT u UNIQUE NULLS NOT DISTINCT (a)); INSERT INTO t VALUES (NULL);

-- pair: a unique index becomes a constraint
-- from
CREATE TABLE t (a int); CREATE UNIQUE INDEX u ON t (a); INSERT INTO t VALUES (1);
-- to
CREATE TABLE t (a int, CONSTRAINT u UNIQUE (a)); INSERT INTO t VALUES (1);

-- pair: a unique constraint that a foreign key needs
-- from
CREATE TABLE a (x int, y int); CREATE TABLE b (x int, y int); INSERT INTO a VALUES (1, 2); INSERT INTO b VALUES (1, 2);
-- to
CREATE TABLE a (x int, y int, UNIQUE (x, y)); CREATE TABLE b (x int, y int, FOREIGN KEY (x, y) REFERENCES a (x, y) MATCH FULL); INSERT INTO a VALUES (1, 2); INSERT INTO b VALUES (1, 2);

-- pair: a unique index that a foreign key needs
-- from
CREATE TABLE a (x int); CREATE TABLE b (x int); INSERT INTO a VALUES (1); INSERT INTO b VALUES (1);
-- to
CREATE TABLE a (x int); CREATE UNIQUE INDEX a_x ON a (x); CREATE TABLE b (x int REFERENCES a (x)); INSERT INTO a VALUES (1); INSERT INTO b VALUES (1);

-- pair: a foreign key comes
-- both
CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a VALUES (1);
-- from
CREATE TABLE b (id int, a_id int); INSERT INTO b VALUES (1, 1);
-- to
CREATE TABLE b (id int, a_id int REFERENCES a ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED); INSERT INTO b VALUES (1, 1);

-- pair: the action of a foreign key
-- both
CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a VALUES (1);
-- from
CREATE TABLE b (a_id int, c int, CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES a); INSERT INTO b VALUES (1);
-- to
CREATE TABLE b (a_id int, c int, CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES a ON DELETE SET NULL (a_id)); INSERT INTO b VALUES (1);

-- pair: a foreign key not valid
-- both
CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a_id int); INSERT INTO b VALUES (9);
-- from
-- to
ALTER TABLE b ADD CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES a NOT VALID;

-- pair: a foreign key is validated
-- both
CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a_id int); INSERT INTO a VALUES (1); INSERT INTO b VALUES (1);
ALTER TABLE b ADD CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES a NOT VALID;
-- from
-- to
ALTER TABLE b VALIDATE CONSTRAINT fk;

-- pair: a foreign key becomes deferrable
-- both
CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a VALUES (1);
-- from
CREATE TABLE b (a_id int, CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES a); INSERT INTO b VALUES (1);
-- to
CREATE TABLE b (a_id int, CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES a DEFERRABLE); INSERT INTO b VALUES (1);

-- pair: a foreign key not enforced
-- since: 18
-- both
CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a VALUES (1);
-- from
CREATE TABLE b (a_id int, CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES a); INSERT INTO b VALUES (1);
-- to
CREATE TABLE b (a_id int, CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES a NOT ENFORCED); INSERT INTO b VALUES (1);

-- pair: a foreign key to itself
-- from
CREATE TABLE t (id int PRIMARY KEY, up int); INSERT INTO t VALUES (1, 1);
-- to
CREATE TABLE t (id int PRIMARY KEY, up int REFERENCES t ON DELETE CASCADE); INSERT INTO t VALUES (1, 1);

-- pair: a foreign key to another table
-- both
CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE z (id int PRIMARY KEY); INSERT INTO a VALUES (1); INSERT INTO z VALUES (1);
-- from
CREATE TABLE b (x int, CONSTRAINT fk FOREIGN KEY (x) REFERENCES a); INSERT INTO b VALUES (1);
-- to
CREATE TABLE b (x int, CONSTRAINT fk FOREIGN KEY (x) REFERENCES z); INSERT INTO b VALUES (1);

-- pair: an exclusion comes
-- from
CREATE TABLE t (r int4range, s int4range); INSERT INTO t VALUES ('[1,2)', '[5,6)');
-- to
CREATE TABLE t (r int4range, s int4range, CONSTRAINT e EXCLUDE USING gist (r WITH &&, s WITH &&) WHERE (NOT isempty(r))); INSERT INTO t VALUES ('[1,2)', '[5,6)');

-- pair: an exclusion changes
-- from
CREATE TABLE t (r int4range, CONSTRAINT e EXCLUDE USING gist (r WITH &&)); INSERT INTO t VALUES ('[1,2)');
-- to
CREATE TABLE t (r int4range, CONSTRAINT e EXCLUDE USING gist (r WITH -|-) DEFERRABLE); INSERT INTO t VALUES ('[1,2)');

-- pair: an exclusion with an operator class of an extension
-- extension: btree_gist
-- from
CREATE TABLE t (room int, r int4range); INSERT INTO t VALUES (1, '[1,2)');
-- to
CREATE TABLE t (room int, r int4range, EXCLUDE USING gist (room WITH =, r WITH &&)); INSERT INTO t VALUES (1, '[1,2)');

-- pair: a named not null
-- since: 18
-- from
CREATE TABLE t (a int NOT NULL, b int); INSERT INTO t VALUES (1, 2);
-- to
CREATE TABLE t (a int CONSTRAINT a_is_there NOT NULL, b int CONSTRAINT b_is_there NOT NULL); INSERT INTO t VALUES (1, 2);

-- pair: not null not valid
-- since: 18
-- from
CREATE TABLE t (a int); INSERT INTO t VALUES (NULL);
-- to
CREATE TABLE t (a int); INSERT INTO t VALUES (NULL); ALTER TABLE t ADD CONSTRAINT a_nn NOT NULL a NOT VALID;

-- pair: not null is validated
-- since: 18
-- from
CREATE TABLE t (a int); INSERT INTO t VALUES (1); ALTER TABLE t ADD CONSTRAINT a_nn NOT NULL a NOT VALID;
-- to
CREATE TABLE t (a int CONSTRAINT a_nn NOT NULL); INSERT INTO t VALUES (1);

-- pair: not null that is not inherited
-- since: 18
-- from
CREATE TABLE t (a int NOT NULL); INSERT INTO t VALUES (1);
-- to
CREATE TABLE t (a int NOT NULL NO INHERIT); INSERT INTO t VALUES (1);

-- pair: temporal keys
-- since: 18
-- extension: btree_gist
-- from
CREATE TABLE a (id int, during int4range); CREATE TABLE b (id int, during int4range); INSERT INTO a VALUES (1, '[1,9)'); INSERT INTO b VALUES (1, '[1,2)');
-- to
CREATE TABLE a (id int, during int4range, PRIMARY KEY (id, during WITHOUT OVERLAPS)); CREATE TABLE b (id int, during int4range, UNIQUE (id, during WITHOUT OVERLAPS), FOREIGN KEY (id, PERIOD during) REFERENCES a (id, PERIOD during));
INSERT INTO a VALUES (1, '[1,9)'); INSERT INTO b VALUES (1, '[1,2)');

-- pair: a constraint of the same name on another table
-- from
CREATE TABLE a (x int CONSTRAINT same UNIQUE); CREATE TABLE b (x int); INSERT INTO a VALUES (1); INSERT INTO b VALUES (1);
-- to
CREATE TABLE a (x int); CREATE TABLE b (x int CONSTRAINT same UNIQUE); INSERT INTO a VALUES (1); INSERT INTO b VALUES (1);
