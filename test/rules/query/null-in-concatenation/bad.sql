SELECT email || name FROM users;
