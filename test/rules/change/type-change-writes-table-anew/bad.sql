-- finds: 2
-- current
CREATE TABLE orders (id int PRIMARY KEY, at timestamp);
-- change
ALTER TABLE orders ALTER COLUMN id TYPE bigint;
ALTER TABLE orders ALTER COLUMN at TYPE timestamptz;
