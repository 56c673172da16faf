CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, email text, plan text);
COMMENT ON COLUMN users.name IS '[class: personal]';
COMMENT ON COLUMN users.email IS 'Address [class: personal; readers: app]';
CREATE TABLE products (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);
