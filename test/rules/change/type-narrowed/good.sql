-- current
CREATE TABLE users (nick varchar(10), n integer);
-- change
ALTER TABLE users ALTER COLUMN nick TYPE text;
ALTER TABLE users ALTER COLUMN n TYPE bigint;
