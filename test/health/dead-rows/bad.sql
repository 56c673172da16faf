-- finds: orders
-- limits: { "smallRows": 100 }
CREATE TABLE orders (id bigint PRIMARY KEY, total int NOT NULL) WITH (autovacuum_enabled = false);
INSERT INTO orders SELECT n, n FROM generate_series(1, 500) n;
UPDATE orders SET total = total + 1;
