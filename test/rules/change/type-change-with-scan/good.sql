-- current
CREATE TABLE users (nick varchar(10));
-- change
ALTER TABLE users ALTER COLUMN nick TYPE varchar(20);
