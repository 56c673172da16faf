-- finds: public.orders
-- finds: public.orders
-- finds: public.orders
-- finds: public.orders.email
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text);
COMMENT ON TABLE orders IS 'Orders [class: public; retention: 3 months, then delete]';
COMMENT ON COLUMN orders.email IS '[class: personal; readers: app, report]';
