-- finds: public.orders
CREATE TABLE orders (id bigint NOT NULL UNIQUE);
