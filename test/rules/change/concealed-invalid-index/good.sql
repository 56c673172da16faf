CREATE INDEX CONCURRENTLY users_email_idx ON users (email);
CREATE TABLE t (id int);
CREATE INDEX IF NOT EXISTS t_id_idx ON t (id);
