CREATE TABLE notes (id bigint PRIMARY KEY, owner text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY owns ON notes USING (owner = (SELECT current_setting('app.user', true)));
