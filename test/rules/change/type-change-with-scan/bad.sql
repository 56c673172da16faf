-- finds: 1
-- current
CREATE TABLE users (nick varchar(10) CHECK (nick <> ''));
-- change
ALTER TABLE users ALTER COLUMN nick TYPE varchar(20);
