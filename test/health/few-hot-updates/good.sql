CREATE TABLE counters (id int PRIMARY KEY, hits int NOT NULL, note text) WITH (fillfactor = 30);
INSERT INTO counters SELECT n, 0, repeat('x', 200) FROM generate_series(1, 500) n;
UPDATE counters SET hits = hits + 1;
