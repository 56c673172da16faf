-- finds: orders index orders_total_idx
-- limits: { "largeBytes": 100000 }
CREATE TABLE orders (id bigint, total bigint NOT NULL);
CREATE INDEX orders_total_idx ON orders (total);
INSERT INTO orders SELECT n, n FROM generate_series(1, 20000) n;
DELETE FROM orders WHERE id % 10 <> 0;
VACUUM (ANALYZE) orders;
