CREATE TABLE flags (id bigint NOT NULL PRIMARY KEY, at timestamptz NOT NULL, n bigint NOT NULL, a boolean NOT NULL, b boolean NOT NULL, c boolean NOT NULL);
INSERT INTO flags SELECT n, now(), n, true, false, true FROM generate_series(1, 3000) n;
ANALYZE flags;
