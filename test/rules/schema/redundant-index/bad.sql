-- finds: public.orders index orders_code_idx
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text, note text);
CREATE INDEX ON orders (code);
CREATE INDEX ON orders (code, note);
