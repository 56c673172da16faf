-- current
CREATE TABLE orders (id int, name varchar(20));
-- change
ALTER TABLE orders ALTER COLUMN name TYPE varchar(40);
