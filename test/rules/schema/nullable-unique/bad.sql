-- finds: public.orders constraint orders_code_region_key
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text NOT NULL, region text, UNIQUE (code, region));
