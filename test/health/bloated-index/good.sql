CREATE TABLE orders (id bigint, total bigint NOT NULL);
INSERT INTO orders SELECT n, n FROM generate_series(1, 20000) n;
CREATE INDEX orders_total_idx ON orders (total);
CREATE INDEX orders_both_idx ON orders ((total % 10));
VACUUM (ANALYZE) orders;
