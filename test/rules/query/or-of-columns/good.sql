SELECT id FROM orders WHERE user_id = 1 OR user_id = 2;
