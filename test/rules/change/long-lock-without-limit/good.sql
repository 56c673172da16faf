SET statement_timeout = '30s';
CREATE INDEX i ON users (email);
