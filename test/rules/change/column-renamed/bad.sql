-- finds: 1
ALTER TABLE users RENAME COLUMN nick TO handle;
