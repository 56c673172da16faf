CREATE TABLE notes (id bigint PRIMARY KEY, body text);
ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY admins ON notes USING ((SELECT current_setting('request.jwt', true)::jsonb -> 'app_metadata' ->> 'admin') = 'yes');
