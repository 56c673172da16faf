CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, total int NOT NULL);
CREATE INDEX orders_total_idx ON orders (total);
INSERT INTO orders (total) SELECT n FROM generate_series(1, 50) n;
SET enable_seqscan = off;
SELECT total FROM orders WHERE total = 7;
RESET enable_seqscan;
