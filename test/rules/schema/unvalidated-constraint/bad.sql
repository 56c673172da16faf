-- finds: public.orders constraint positive
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, total int);
ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;
