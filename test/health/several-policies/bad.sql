-- finds: notes
CREATE TABLE notes (id bigint PRIMARY KEY, body text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY a ON notes FOR SELECT USING (id > 0);
CREATE POLICY b ON notes USING (id < 0);
