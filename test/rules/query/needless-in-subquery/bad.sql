SELECT id FROM users WHERE id IN (SELECT DISTINCT user_id FROM orders ORDER BY user_id);
