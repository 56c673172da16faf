-- finds: notes policy owns
CREATE TABLE notes (id bigint PRIMARY KEY, owner text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY owns ON notes USING (owner = current_setting('app.user', true)) WITH CHECK (owner = current_setting('app.user', true) AND id > 0);
