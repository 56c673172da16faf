SELECT id FROM users WHERE lower(email) = 'a';
