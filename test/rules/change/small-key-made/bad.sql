-- finds: 1
CREATE TABLE orders (id serial PRIMARY KEY);
