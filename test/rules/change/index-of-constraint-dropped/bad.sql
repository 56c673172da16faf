-- finds: 1
-- current
CREATE TABLE users (id int, email text CONSTRAINT users_email_key UNIQUE);
-- change
DROP INDEX CONCURRENTLY users_email_key;
