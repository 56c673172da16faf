-- pair: a partition appears
-- both
CREATE TABLE t (id int, at date NOT NULL) PARTITION BY RANGE (at); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM ('2026-01-01') TO ('2026-02-01'); INSERT INTO t VALUES (1, '2026-01-05');
-- from
-- to
CREATE TABLE t2 PARTITION OF t FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');

-- pair: an index of a partitioned table
-- both
CREATE TABLE t (id int, at date NOT NULL) PARTITION BY RANGE (at); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM ('2026-01-01') TO ('2026-02-01'); CREATE TABLE t2 PARTITION OF t DEFAULT; INSERT INTO t VALUES (1, '2026-01-05');
-- from
-- to
CREATE INDEX t_at ON t (at);

-- pair: an index that a partition had already
-- both
CREATE TABLE t (id int, at date NOT NULL) PARTITION BY RANGE (at); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM ('2026-01-01') TO ('2026-02-01'); INSERT INTO t VALUES (1, '2026-01-05'); CREATE INDEX mine ON t1 (id);
-- from
-- to
CREATE INDEX t_id ON t (id);

-- pair: an index of a partition only
-- both
CREATE TABLE t (id int, at date NOT NULL) PARTITION BY RANGE (at); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM ('2026-01-01') TO ('2026-02-01'); INSERT INTO t VALUES (1, '2026-01-05');
-- from
-- to
CREATE INDEX only_t1 ON t1 (id);

-- pair: an index of the parent only
-- both
CREATE TABLE t (id int, at date NOT NULL) PARTITION BY RANGE (at); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM ('2026-01-01') TO ('2026-02-01'); INSERT INTO t VALUES (1, '2026-01-05');
-- from
-- to
CREATE INDEX t_id ON ONLY t (id);

-- pair: a primary key of a partitioned table
-- both
CREATE TABLE t (id int NOT NULL, at date NOT NULL) PARTITION BY RANGE (at); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM ('2026-01-01') TO ('2026-02-01'); INSERT INTO t VALUES (1, '2026-01-05');
-- from
-- to
ALTER TABLE t ADD PRIMARY KEY (id, at);

-- pair: not null on one partition
-- from
CREATE TABLE t (id int, v text) PARTITION BY LIST (id); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2); INSERT INTO t VALUES (1, 'a'), (2, 'b');
-- to
CREATE TABLE t (id int, v text) PARTITION BY LIST (id); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2); INSERT INTO t VALUES (1, 'a'), (2, 'b'); ALTER TABLE t1 ALTER v SET NOT NULL;

-- pair: a default on one partition
-- from
CREATE TABLE t (id int, v text DEFAULT 'x') PARTITION BY LIST (id); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); INSERT INTO t VALUES (1, 'a');
-- to
CREATE TABLE t (id int, v text DEFAULT 'x') PARTITION BY LIST (id); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); ALTER TABLE t1 ALTER v SET DEFAULT 'one'; INSERT INTO t VALUES (1, 'a');

-- pair: a default that a new partition does not have
-- from
CREATE TABLE t (id int, v text DEFAULT 'x') PARTITION BY LIST (id);
-- to
CREATE TABLE t (id int, v text DEFAULT 'x') PARTITION BY LIST (id); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); ALTER TABLE t1 ALTER v DROP DEFAULT; INSERT INTO t VALUES (1, 'a');

-- pair: a column of all partitions
-- from
CREATE TABLE t (id int) PARTITION BY HASH (id); CREATE TABLE t0 PARTITION OF t FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE t1 PARTITION OF t FOR VALUES WITH (MODULUS 2, REMAINDER 1); INSERT INTO t SELECT generate_series(1, 5);
-- to
CREATE TABLE t (id int, v text NOT NULL DEFAULT 'x') PARTITION BY HASH (id); CREATE TABLE t0 PARTITION OF t FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE t1 PARTITION OF t FOR VALUES WITH (MODULUS 2, REMAINDER 1); INSERT INTO t SELECT generate_series(1, 5);

-- pair: the type of a column that is no key
-- from
CREATE TABLE t (id int, v int) PARTITION BY LIST (id); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); CREATE INDEX t_v ON t (v); INSERT INTO t VALUES (1, 5);
-- to
CREATE TABLE t (id int, v bigint) PARTITION BY LIST (id); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); CREATE INDEX t_v ON t (v); INSERT INTO t VALUES (1, 5);

-- pair: a partition is detached and stays
-- both
CREATE TABLE t (id int, v text) PARTITION BY LIST (id); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); CREATE INDEX t_v ON t (v); INSERT INTO t VALUES (1, 'a');
-- from
-- to
ALTER TABLE t DETACH PARTITION t1;

-- pair: the bounds of a partition
-- from
CREATE TABLE t (id int) PARTITION BY RANGE (id); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (1) TO (10); INSERT INTO t VALUES (1);
-- to
CREATE TABLE t (id int) PARTITION BY RANGE (id); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (1) TO (20); INSERT INTO t VALUES (1);

-- pair: bounds that change hands
-- from
CREATE TABLE t (id int) PARTITION BY RANGE (id); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (1) TO (10); CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (10) TO (20);
-- to
CREATE TABLE t (id int) PARTITION BY RANGE (id); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (10) TO (20); CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (MINVALUE) TO (10);

-- pair: a default partition
-- from
CREATE TABLE t (id int) PARTITION BY LIST (id); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); INSERT INTO t VALUES (1);
-- to
CREATE TABLE t (id int) PARTITION BY LIST (id); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1, 2, NULL); CREATE TABLE td PARTITION OF t DEFAULT; INSERT INTO t VALUES (1);

-- pair: partitions of partitions
-- from
CREATE TABLE t (a int, b int) PARTITION BY LIST (a); INSERT INTO t SELECT 1, 1 WHERE false;
-- to
CREATE TABLE t (a int, b int) PARTITION BY LIST (a); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1) PARTITION BY RANGE (b); CREATE TABLE t1a PARTITION OF t1 FOR VALUES FROM (1) TO (5); CREATE INDEX t_b ON t (b); INSERT INTO t VALUES (1, 1);

-- pair: an index of partitions of partitions
-- both
CREATE TABLE t (a int, b int) PARTITION BY LIST (a); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1) PARTITION BY RANGE (b); CREATE TABLE t1a PARTITION OF t1 FOR VALUES FROM (1) TO (5); INSERT INTO t VALUES (1, 1);
-- from
-- to
CREATE UNIQUE INDEX t_ab ON t (a, b);

-- pair: a plain table becomes partitioned
-- values: t
-- from
CREATE TABLE t (id int, v text);
-- to
CREATE TABLE t (id int, v text) PARTITION BY LIST (id); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);

-- pair: another key
-- from
CREATE TABLE t (id int, v int) PARTITION BY LIST (id); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
-- to
CREATE TABLE t (id int, v int) PARTITION BY RANGE (v, (id + 1)); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (1, MINVALUE) TO (5, MAXVALUE);

-- pair: a foreign key from a partitioned table
-- both
CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE t (id int, a_id int) PARTITION BY LIST (id); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); INSERT INTO a VALUES (1); INSERT INTO t VALUES (1, 1);
-- from
-- to
ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (a_id) REFERENCES a ON DELETE CASCADE;

-- pair: a foreign key to a partitioned table
-- both
CREATE TABLE t (id int PRIMARY KEY) PARTITION BY LIST (id); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2); CREATE TABLE b (t_id int); INSERT INTO t VALUES (1); INSERT INTO b VALUES (1);
-- from
-- to
ALTER TABLE b ADD CONSTRAINT fk FOREIGN KEY (t_id) REFERENCES t;

-- pair: a trigger of a partitioned table
-- both
CREATE TABLE t (id int) PARTITION BY LIST (id); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); INSERT INTO t VALUES (1); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
-- from
-- to
CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();

-- pair: a trigger that one partition has switched off
-- both
CREATE TABLE t (id int) PARTITION BY LIST (id); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); INSERT INTO t VALUES (1); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
-- from
-- to
ALTER TABLE t1 DISABLE TRIGGER tr;

-- pair: a check and a unique key of all partitions
-- both
CREATE TABLE t (id int, v int) PARTITION BY LIST (id); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); INSERT INTO t VALUES (1, 1);
-- from
-- to
ALTER TABLE t ADD CONSTRAINT c CHECK (v > 0), ADD CONSTRAINT u UNIQUE (id, v);

-- pair: a check of one partition
-- both
CREATE TABLE t (id int, v int) PARTITION BY LIST (id); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); INSERT INTO t VALUES (1, 1);
-- from
-- to
ALTER TABLE t1 ADD CONSTRAINT c CHECK (v > 0);

-- pair: policies and grants of one partition
-- both
CREATE TABLE t (id int, v int) PARTITION BY LIST (id); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); INSERT INTO t VALUES (1, 1);
-- from
-- to
ALTER TABLE t1 ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t1 USING (v > 0); GRANT SELECT ON t1 TO reader;

-- pair: a partition with columns in another order
-- from
CREATE TABLE t (id int, v text) PARTITION BY LIST (id);
-- to
CREATE TABLE t (id int, v text) PARTITION BY LIST (id); CREATE TABLE t1 (v text, id int); ALTER TABLE t ATTACH PARTITION t1 FOR VALUES IN (1); INSERT INTO t VALUES (1, 'a');

-- pair: a table is attached with its index and its key
-- from
CREATE TABLE t (id int, v int, CONSTRAINT t_pk PRIMARY KEY (id)) PARTITION BY LIST (id); CREATE INDEX t_v ON t (v); CREATE TABLE t1 (id int CONSTRAINT own_pk PRIMARY KEY, v int); CREATE INDEX own_v ON t1 (v); INSERT INTO t1 VALUES (1, 1);
-- to
CREATE TABLE t (id int, v int, CONSTRAINT t_pk PRIMARY KEY (id)) PARTITION BY LIST (id); CREATE INDEX t_v ON t (v); CREATE TABLE t1 (id int CONSTRAINT own_pk PRIMARY KEY, v int); CREATE INDEX own_v ON t1 (v); INSERT INTO t1 VALUES (1, 1);
ALTER TABLE t ATTACH PARTITION t1 FOR VALUES IN (1);

-- pair: a partitioned table and all below it go
-- from
CREATE TABLE t (id int PRIMARY KEY, at date) PARTITION BY LIST (id); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); CREATE INDEX ON t (at); CREATE TABLE b (t_id int REFERENCES t); INSERT INTO t VALUES (1, '2026-01-01');
-- to
CREATE TABLE b (t_id int);

-- pair: identity of a partitioned table
-- since: 18
-- from
CREATE TABLE t (id int NOT NULL, k int) PARTITION BY LIST (k); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); INSERT INTO t VALUES (1, 1);
-- to
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, k int) PARTITION BY LIST (k); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); INSERT INTO t (k) VALUES (1);

-- pair: storage of one partition
-- both
CREATE TABLE t (id int, v text) PARTITION BY LIST (id); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1); INSERT INTO t VALUES (1, 'a');
-- from
-- to
ALTER TABLE t1 ALTER v SET STORAGE EXTERNAL; ALTER TABLE t1 SET (fillfactor = 50); ALTER TABLE t1 ALTER v SET STATISTICS 77;
