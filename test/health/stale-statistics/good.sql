CREATE TABLE orders (id bigint PRIMARY KEY) WITH (autovacuum_enabled = false);
INSERT INTO orders SELECT n FROM generate_series(1, 1000) n;
SELECT pg_stat_force_next_flush();
ANALYZE orders;
INSERT INTO orders SELECT n FROM generate_series(1001, 1150) n;
CREATE TABLE empty (id bigint PRIMARY KEY);
