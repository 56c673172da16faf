BEGIN;
ALTER TABLE users ADD COLUMN x int;
COMMIT;
CREATE INDEX CONCURRENTLY users_email_idx ON users (email);
