CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, is_paid boolean NOT NULL, total int, is_free boolean GENERATED ALWAYS AS (total = 0) STORED);
