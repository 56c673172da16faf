-- finds: 1
-- current
CREATE TABLE users (nick text);
-- routine: SELECT nick FROM users
-- change
ALTER TABLE users DROP COLUMN nick;
