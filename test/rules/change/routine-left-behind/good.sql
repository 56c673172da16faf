-- current
CREATE TABLE users (nick text);
-- routine: SELECT nick FROM people
-- change
ALTER TABLE users DROP COLUMN nick;
