-- finds: orders index orders_total_idx
-- limits: { "smallBytes": 1000, "smallRows": 100 }
-- later: 10
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, total int NOT NULL);
CREATE INDEX orders_total_idx ON orders (total);
INSERT INTO orders (total) SELECT n FROM generate_series(1, 1000) n;
SET enable_seqscan = off;
SELECT total FROM orders WHERE total = 7;
RESET enable_seqscan;
