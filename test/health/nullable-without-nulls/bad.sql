-- finds: users.email
-- limits: { "manyRows": 100 }
CREATE TABLE users (id bigint PRIMARY KEY, email text);
INSERT INTO users SELECT n, 'u' || n FROM generate_series(1, 200) n;
ANALYZE users;
