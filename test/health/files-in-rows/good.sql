CREATE TABLE documents (id bigint PRIMARY KEY, digest bytea NOT NULL);
INSERT INTO documents SELECT n, decode(repeat('ab', 32), 'hex') FROM generate_series(1, 20) n;
ANALYZE documents;
