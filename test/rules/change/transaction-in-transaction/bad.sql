-- finds: 2
-- transaction
BEGIN;
ALTER TABLE users ADD COLUMN x int;
COMMIT;
