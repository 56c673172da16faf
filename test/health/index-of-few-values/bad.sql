-- finds: users index users_active_idx
-- limits: { "smallBytes": 1000 }
CREATE TABLE users (id bigint PRIMARY KEY, active boolean NOT NULL);
INSERT INTO users SELECT n, n % 2 = 0 FROM generate_series(1, 1000) n;
CREATE INDEX users_active_idx ON users (active);
ANALYZE users;
