CREATE TABLE orders (id bigint PRIMARY KEY, total int NOT NULL) WITH (autovacuum_enabled = false);
INSERT INTO orders SELECT n, n FROM generate_series(1, 9000) n;
ANALYZE orders;
UPDATE orders SET total = total + 1 WHERE id <= 1500;
