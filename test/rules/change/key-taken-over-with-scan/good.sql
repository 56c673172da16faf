-- current
CREATE TABLE orders (id bigint NOT NULL, n int);
CREATE UNIQUE INDEX orders_id_idx ON orders (id);
-- change
ALTER TABLE orders ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX orders_id_idx;
