ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_idx;
CREATE TABLE t (a int);
ALTER TABLE t ADD UNIQUE (a);
