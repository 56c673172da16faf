-- finds: public.orders index orders_total_unique
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, total int);
INSERT INTO orders (total) VALUES (1), (1);
CREATE UNIQUE INDEX CONCURRENTLY orders_total_unique ON orders (total); -- fails
