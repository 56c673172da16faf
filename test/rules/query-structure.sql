CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, name text);
CREATE INDEX users_email_idx ON users (lower(email));
CREATE TABLE orders (
  id bigint PRIMARY KEY, user_id bigint NOT NULL, ref_id bigint, status text NOT NULL, total numeric NOT NULL, note text,
  created_at timestamptz NOT NULL, local_at timestamp NOT NULL, day date
);
CREATE TABLE items (id bigint PRIMARY KEY, order_id bigint NOT NULL, price numeric);
