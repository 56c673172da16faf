-- finds: 1
BEGIN;
ALTER TABLE users ADD COLUMN x int;
