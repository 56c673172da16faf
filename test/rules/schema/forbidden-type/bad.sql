-- finds: public.orders.code
-- finds: public.orders.at
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code varchar(8), at timetz);
