-- finds: orders
-- limits: { "smallRows": 100000 }
CREATE TABLE orders (id bigint PRIMARY KEY, total int NOT NULL) WITH (autovacuum_enabled = false, autovacuum_vacuum_scale_factor = 0.1);
INSERT INTO orders SELECT n, n FROM generate_series(1, 2500) n;
ANALYZE orders;
UPDATE orders SET total = total + 1;
