-- finds: users index users_deleted_idx
-- limits: { "smallBytes": 1000 }
CREATE TABLE users (id bigint PRIMARY KEY, "deleted at" timestamptz);
INSERT INTO users SELECT n, CASE WHEN n % 100 = 0 THEN now() END FROM generate_series(1, 1000) n;
CREATE INDEX users_deleted_idx ON users ("deleted at");
ANALYZE users;
