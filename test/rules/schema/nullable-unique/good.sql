CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text NOT NULL, region text NOT NULL, email text UNIQUE, UNIQUE (code, region));
