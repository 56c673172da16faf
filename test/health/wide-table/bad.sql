-- finds: logs
-- limits: { "smallRows": 10 }
CREATE TABLE logs (id bigint PRIMARY KEY, note text NOT NULL);
ALTER TABLE logs ALTER COLUMN note SET STORAGE PLAIN;
INSERT INTO logs SELECT n, repeat('x', 3000) FROM generate_series(1, 50) n;
ANALYZE logs;
