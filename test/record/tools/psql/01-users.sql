CREATE TABLE users (id serial PRIMARY KEY, email text NOT NULL);
CREATE TABLE orders (id serial PRIMARY KEY, user_id integer NOT NULL, total integer NOT NULL);
COPY users (email) FROM stdin;
ann@example.org
bob@example.org
\.
\copy orders (user_id, total) from 'orders.csv' csv
