-- finds: public.orders.total_price
-- finds: public.orders.tax
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, total_price double precision, tax real);
