-- finds: orders.id
-- finds: tickets.id
CREATE TABLE orders (id serial PRIMARY KEY);
ALTER TABLE orders ALTER COLUMN id TYPE bigint;
CREATE SEQUENCE numbers;
CREATE TABLE tickets (id bigint PRIMARY KEY DEFAULT nextval('numbers'));
