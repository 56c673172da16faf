-- finds: public.orders.id
CREATE TABLE orders (id bigserial PRIMARY KEY);
