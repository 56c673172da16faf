-- current
CREATE TABLE events (at date NOT NULL, kind text) PARTITION BY RANGE (at);
-- change
CREATE INDEX events_kind_idx ON ONLY events (kind);
