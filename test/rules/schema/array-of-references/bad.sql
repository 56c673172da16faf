-- finds: public.orders.product_ids
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, product_ids bigint[]);
