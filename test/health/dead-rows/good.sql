CREATE TABLE orders (id bigint PRIMARY KEY, total int NOT NULL) WITH (autovacuum_enabled = false);
INSERT INTO orders SELECT n, n FROM generate_series(1, 500) n;
UPDATE orders SET total = total + 1;
SELECT pg_stat_force_next_flush();
VACUUM orders;
