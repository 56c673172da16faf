-- finds: 2
CREATE INDEX users_email_idx ON users (email);
CREATE UNIQUE INDEX ON accounts (lower(name));
