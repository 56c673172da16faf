CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_number int, name text, value text);
