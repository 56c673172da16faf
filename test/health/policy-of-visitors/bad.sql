-- finds: notes policy admins
CREATE TABLE notes (id bigint PRIMARY KEY, body text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY admins ON notes USING ((SELECT current_setting('request.jwt', true)::jsonb -> 'user_metadata' ->> 'admin') = 'yes');
