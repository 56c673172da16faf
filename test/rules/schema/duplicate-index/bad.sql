-- finds: public.orders index orders_code_again
-- finds: public.orders index orders_note_idx1
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text UNIQUE, note text);
CREATE INDEX orders_code_again ON orders (code);
CREATE INDEX ON orders (note);
CREATE INDEX ON orders (note);
