CREATE TABLE logs (id bigint PRIMARY KEY, note text NOT NULL);
INSERT INTO logs SELECT n, repeat('x', 300) FROM generate_series(1, 50) n;
ANALYZE logs;
