-- as: admin
CREATE TABLE users (id bigint PRIMARY KEY, email text, plan text);
GRANT SELECT (id, plan) ON users TO web_anon;
