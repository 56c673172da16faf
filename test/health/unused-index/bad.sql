-- finds: orders index orders_total_idx
-- finds: orders index orders; DROP
-- limits: { "smallBytes": 1000 }
-- later: 40
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, total int NOT NULL);
INSERT INTO orders (total) SELECT n FROM generate_series(1, 100) n;
CREATE INDEX orders_total_idx ON orders (total);
CREATE INDEX "orders; DROP" ON orders (total, id);
