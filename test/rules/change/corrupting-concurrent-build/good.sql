-- version: 140005
CREATE INDEX CONCURRENTLY i ON users (email);
