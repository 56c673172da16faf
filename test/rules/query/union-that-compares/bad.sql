SELECT id FROM users UNION SELECT user_id FROM orders;
