BEGIN;
CREATE TABLE users (id serial PRIMARY KEY, email text NOT NULL);
CREATE TABLE orders (id serial PRIMARY KEY, user_id integer NOT NULL, total integer NOT NULL);
COMMIT;
