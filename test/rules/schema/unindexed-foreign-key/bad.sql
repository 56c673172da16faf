-- finds: public.lines constraint lines_order_id_fkey
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
CREATE TABLE lines (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id bigint REFERENCES orders, note text);
CREATE INDEX ON lines (note, order_id);
CREATE INDEX ON lines (order_id) WHERE note IS NOT NULL;
