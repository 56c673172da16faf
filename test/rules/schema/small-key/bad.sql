-- finds: public.orders.id
-- finds: public.lines.id
CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
CREATE TABLE lines (id smallserial PRIMARY KEY);
