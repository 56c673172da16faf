-- current
CREATE TABLE users (id int, email text CONSTRAINT users_email_key UNIQUE);
-- change
ALTER TABLE users DROP CONSTRAINT users_email_key;
