-- finds: 2
ALTER TABLE users ADD COLUMN age int CHECK (age > 0);
ALTER TABLE users ADD COLUMN code text UNIQUE;
