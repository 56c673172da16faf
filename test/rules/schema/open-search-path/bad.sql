-- finds: public.f(integer)
CREATE FUNCTION f(integer) RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN SET search_path = x; RETURN 1; END';
