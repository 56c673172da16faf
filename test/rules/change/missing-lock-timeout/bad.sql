-- finds: 1
ALTER TABLE users ADD COLUMN x int;
ALTER TABLE orders ADD COLUMN x int;
