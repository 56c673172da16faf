-- finds: public.lines constraint broken
-- finds: public.lines index fast
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
CREATE TABLE bills (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id bigint REFERENCES orders);
CREATE TABLE lines (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id bigint, CONSTRAINT broken FOREIGN KEY (order_id) REFERENCES orders);
CREATE INDEX fast ON lines (order_id);
