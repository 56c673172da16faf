-- finds: orders
-- limits: { "smallRows": 100 }
CREATE TABLE orders (id bigint PRIMARY KEY, total int NOT NULL);
INSERT INTO orders SELECT n, n FROM generate_series(1, 200) n;
ANALYZE orders;
DO $$ BEGIN FOR i IN 1 .. 120 LOOP PERFORM count(*) FROM orders WHERE total = i; END LOOP; END $$;
