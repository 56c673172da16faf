-- finds: 1
-- current
CREATE TABLE events (at date NOT NULL, kind text) PARTITION BY RANGE (at);
-- change
CREATE INDEX CONCURRENTLY events_kind_idx ON events (kind);
