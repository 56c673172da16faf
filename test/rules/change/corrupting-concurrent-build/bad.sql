-- finds: 1
-- version: 140002
CREATE INDEX CONCURRENTLY i ON users (email);
