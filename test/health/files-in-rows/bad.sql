-- finds: documents.content
-- limits: { "smallBytes": 100000 }
CREATE TABLE documents (id bigint PRIMARY KEY, content bytea NOT NULL);
ALTER TABLE documents ALTER COLUMN content SET STORAGE EXTERNAL;
INSERT INTO documents SELECT n, decode(repeat('ab', 20000), 'hex') FROM generate_series(1, 20) n;
ANALYZE documents;
