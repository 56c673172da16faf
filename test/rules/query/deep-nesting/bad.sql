SELECT id FROM users WHERE id IN (SELECT user_id FROM orders WHERE id IN (SELECT order_id FROM items WHERE id IN (SELECT max(id) FROM items)));
