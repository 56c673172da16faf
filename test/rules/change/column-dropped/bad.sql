-- finds: 1
ALTER TABLE users DROP COLUMN nick;
