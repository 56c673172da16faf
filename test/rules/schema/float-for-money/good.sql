CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, total_price numeric(12, 2), width double precision, taxonomy real);
