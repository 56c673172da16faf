SELECT email || email FROM users;
