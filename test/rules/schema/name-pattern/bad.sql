-- finds: public.notes
-- finds: public.notes.text2
-- finds: public.notes index notes_idx
-- finds: public.notes constraint notes_pkey
-- finds: public.f(integer)
CREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text2 text);
CREATE INDEX notes_idx ON notes (text2);
CREATE FUNCTION f(integer) RETURNS int LANGUAGE sql AS 'SELECT 1';
