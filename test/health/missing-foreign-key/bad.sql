-- finds: orders.customer_id
CREATE TABLE customers (id bigint PRIMARY KEY);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL);
INSERT INTO customers SELECT n FROM generate_series(1, 100) n;
INSERT INTO orders SELECT n, 1 + n % 100 FROM generate_series(1, 100) n;
ANALYZE customers; ANALYZE orders;
