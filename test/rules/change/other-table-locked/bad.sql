-- finds: 2
-- current
CREATE TABLE users (id int PRIMARY KEY);
CREATE TABLE orders (user_id int CONSTRAINT f REFERENCES users);
-- change
ALTER TABLE orders DROP CONSTRAINT f;
CREATE TABLE notes (user_id int REFERENCES users);
