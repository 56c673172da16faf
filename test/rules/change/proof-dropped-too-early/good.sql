-- current
CREATE TABLE users (email text CONSTRAINT filled CHECK (email IS NOT NULL));
-- change
ALTER TABLE users ALTER COLUMN email SET NOT NULL;
ALTER TABLE users DROP CONSTRAINT filled;
