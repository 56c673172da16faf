-- finds: 1
-- current
CREATE DOMAIN age AS int;
CREATE TABLE users (a age);
-- change
ALTER DOMAIN age ADD CHECK (VALUE >= 0);
