CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, request_uuid uuid, token varchar(40), guide text);
