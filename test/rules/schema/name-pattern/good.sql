CREATE TABLE app_notes (id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_app_notes PRIMARY KEY, body text);
CREATE INDEX ix_app_notes_body ON app_notes (body);
CREATE FUNCTION app_f(integer) RETURNS int LANGUAGE sql AS 'SELECT 1';
