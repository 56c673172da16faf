CREATE TABLE users (id bigint PRIMARY KEY, email text, name text NOT NULL);
INSERT INTO users SELECT n, CASE WHEN n > 1 THEN 'u' || n END, 'n' FROM generate_series(1, 200) n;
ANALYZE users;
