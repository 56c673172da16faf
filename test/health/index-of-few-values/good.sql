CREATE TABLE users (id bigint PRIMARY KEY, active boolean NOT NULL, state text NOT NULL);
INSERT INTO users SELECT n, n % 100 <> 0, (n % 200)::text FROM generate_series(1, 1000) n;
CREATE INDEX users_active_idx ON users (active);
CREATE INDEX users_state_idx ON users (state);
ANALYZE users;
