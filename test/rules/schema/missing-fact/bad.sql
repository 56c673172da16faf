-- finds: public.orders
-- finds: public.lines
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
CREATE TABLE lines (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
COMMENT ON TABLE lines IS 'One product of an order [class: internal; owner: shop]';
