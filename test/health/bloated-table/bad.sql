-- finds: orders
-- limits: { "largeBytes": 100000 }
CREATE TABLE orders (id bigint, note text NOT NULL) WITH (autovacuum_enabled = false);
INSERT INTO orders SELECT n, repeat('x', 50) FROM generate_series(1, 5000) n;
DELETE FROM orders WHERE id % 10 <> 0;
VACUUM (ANALYZE) orders;
