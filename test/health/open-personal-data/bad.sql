-- finds: users.email
-- as: admin
CREATE TABLE users (id bigint PRIMARY KEY, email text, plan text);
GRANT SELECT ON users TO web_anon;
