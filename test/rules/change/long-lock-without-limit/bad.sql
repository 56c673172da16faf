-- finds: 1
CREATE INDEX i ON users (email);
