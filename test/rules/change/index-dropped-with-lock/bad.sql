-- finds: 1
-- current
CREATE TABLE users (id int, email text);
CREATE INDEX users_email_idx ON users (email);
-- change
DROP INDEX users_email_idx;
