-- finds: public."OrderLines"
-- finds: public.orders.placedAt
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "placedAt" timestamptz);
CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, first_name text, last_name text);
CREATE TABLE "OrderLines" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
