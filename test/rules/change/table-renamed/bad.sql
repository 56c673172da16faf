-- finds: 1
ALTER TABLE users RENAME TO people;
