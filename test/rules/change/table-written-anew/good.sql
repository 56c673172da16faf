VACUUM users;
ALTER TABLE users SET (fillfactor = 80);
