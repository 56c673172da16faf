-- current
CREATE TABLE users (id int, email text);
CREATE INDEX users_email_idx ON users (email);
-- change
DROP INDEX CONCURRENTLY users_email_idx;
