-- finds: 3
VACUUM FULL users;
CLUSTER users USING users_pkey;
ALTER TABLE users SET UNLOGGED;
