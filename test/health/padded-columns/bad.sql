-- finds: flags
-- limits: { "largeBytes": 10000 }
CREATE TABLE flags (a boolean NOT NULL, id bigint NOT NULL PRIMARY KEY, b boolean NOT NULL, at timestamptz NOT NULL, c boolean NOT NULL, n bigint NOT NULL);
INSERT INTO flags SELECT true, n, false, now(), true, n FROM generate_series(1, 3000) n;
ANALYZE flags;
