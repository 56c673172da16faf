SELECT id FROM users WHERE email LIKE 'a';
