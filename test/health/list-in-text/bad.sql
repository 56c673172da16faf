-- finds: posts.tags
CREATE TABLE posts (id bigint PRIMARY KEY, tags text NOT NULL);
INSERT INTO posts SELECT n, 'red,green' || n % 7 || ',blue' FROM generate_series(1, 100) n;
ANALYZE posts;
