CREATE TABLE posts (id bigint PRIMARY KEY, title text NOT NULL, tags text[] NOT NULL);
INSERT INTO posts SELECT n, 'Red, green and ' || n % 7 || ' more, all of them', ARRAY['red', 'blue'] FROM generate_series(1, 100) n;
ANALYZE posts;
