CREATE TABLE customers (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, trace_id bigint);
-- Numbers of another system that happen to have the same name.
CREATE TABLE imports (id bigint PRIMARY KEY, customer_id bigint NOT NULL);
INSERT INTO customers SELECT n FROM generate_series(1, 100) n;
INSERT INTO imports SELECT n, n * 100000 FROM generate_series(1, 100) n;
ANALYZE customers; ANALYZE imports;
