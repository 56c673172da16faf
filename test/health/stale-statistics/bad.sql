-- finds: orders
-- finds: never
-- later: 1
-- limits: { "smallRows": 100 }
CREATE TABLE orders (id bigint PRIMARY KEY) WITH (autovacuum_enabled = false);
INSERT INTO orders SELECT n FROM generate_series(1, 200) n;
SELECT pg_stat_force_next_flush();
ANALYZE orders;
INSERT INTO orders SELECT n FROM generate_series(201, 1000) n;
CREATE TABLE never (id bigint) WITH (autovacuum_enabled = false);
INSERT INTO never SELECT n FROM generate_series(1, 200) n;
