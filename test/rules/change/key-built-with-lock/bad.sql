-- finds: 2
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);
ALTER TABLE orders ADD PRIMARY KEY (id);
