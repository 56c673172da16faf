-- finds: public.orders
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
CREATE POLICY p ON orders USING (true);
