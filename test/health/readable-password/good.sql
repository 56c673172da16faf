CREATE TABLE users (id bigint PRIMARY KEY, password text NOT NULL, password_changed_at timestamptz);
INSERT INTO users SELECT n, repeat('x', 60) FROM generate_series(1, 50) n;
ANALYZE users;
