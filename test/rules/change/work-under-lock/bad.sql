-- finds: 1
BEGIN;
ALTER TABLE users ADD COLUMN x int;
CREATE INDEX i ON orders (user_id);
COMMIT;
