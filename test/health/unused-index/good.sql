CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, total int NOT NULL UNIQUE, note text);
INSERT INTO orders (total) SELECT n FROM generate_series(1, 100) n;
