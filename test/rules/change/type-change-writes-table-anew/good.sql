-- current
CREATE TABLE orders (id int PRIMARY KEY, name varchar(20), at timestamp);
-- change
ALTER TABLE orders ALTER COLUMN name TYPE text;
SET timezone = 'UTC';
ALTER TABLE orders ALTER COLUMN at TYPE timestamptz;
