-- finds: public.users.email
-- finds: public.users.password_hash
-- finds: public.users.name
CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, email text, password_hash text, email_verified boolean);
