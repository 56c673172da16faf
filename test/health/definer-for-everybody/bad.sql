-- finds: all_of_it()
CREATE FUNCTION all_of_it() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS 'SELECT 1';
