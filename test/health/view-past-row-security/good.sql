-- as: admin
CREATE TABLE notes (id bigint PRIMARY KEY, body text);
CREATE TABLE plain (id bigint PRIMARY KEY, notes text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE VIEW all_notes WITH (security_invoker = true) AS SELECT n.id, n.body FROM notes n;
CREATE VIEW own_notes AS SELECT n.id, n.body FROM notes n;
CREATE VIEW others AS SELECT p.id, p.notes FROM plain p;
GRANT SELECT ON all_notes, others TO web_anon;
