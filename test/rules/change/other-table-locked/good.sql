-- current
CREATE TABLE users (id int PRIMARY KEY);
CREATE TABLE orders (user_id int CONSTRAINT f REFERENCES users);
-- change
SET lock_timeout = '2s';
ALTER TABLE orders DROP CONSTRAINT f;
