-- finds: public.orders.is_paid
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, is_paid boolean DEFAULT false);
