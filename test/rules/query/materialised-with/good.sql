WITH big AS (SELECT id, user_id FROM orders) SELECT id FROM big WHERE user_id = 1;
