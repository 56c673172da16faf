CREATE TABLE users (id bigint PRIMARY KEY, deleted_at timestamptz, seen_at timestamptz);
INSERT INTO users SELECT n, CASE WHEN n % 100 = 0 THEN now() END, now() FROM generate_series(1, 1000) n;
CREATE INDEX users_deleted_idx ON users (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX users_seen_idx ON users (seen_at);
ANALYZE users;
