-- finds: public.orders.request_uuid
-- finds: public.orders.token
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, request_uuid text, token varchar(36));
