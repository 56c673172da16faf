-- finds: 2
-- current
CREATE TABLE users (nick text, n bigint);
-- change
ALTER TABLE users ALTER COLUMN nick TYPE varchar(20);
ALTER TABLE users ALTER COLUMN n TYPE integer;
