-- finds: notes
-- as: admin
CREATE TABLE notes (id bigint PRIMARY KEY, body text);
GRANT SELECT, INSERT ON notes TO web_anon;
