-- finds: all_notes
-- as: admin
CREATE TABLE notes (id bigint PRIMARY KEY, body text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE VIEW all_notes AS SELECT n.id, n.body FROM notes n;
GRANT SELECT ON all_notes TO web_anon;
