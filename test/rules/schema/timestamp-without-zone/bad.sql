-- finds: public.orders.placed_at
-- finds: public.orders.paid_at
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, placed_at timestamp, paid_at timestamp(3));
