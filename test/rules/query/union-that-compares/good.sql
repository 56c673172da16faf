SELECT id FROM users UNION ALL SELECT user_id FROM orders;
