-- as: admin
CREATE TABLE notes (id bigint PRIMARY KEY, body text);
GRANT SELECT ON notes TO web_anon;
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY reads ON notes FOR SELECT USING (id > 0);
