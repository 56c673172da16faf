-- finds: users.password
CREATE TABLE users (id bigint PRIMARY KEY, password text NOT NULL);
INSERT INTO users SELECT n, 'secret' || n FROM generate_series(1, 50) n;
ANALYZE users;
