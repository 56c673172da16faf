SELECT id FROM users WHERE id NOT IN (SELECT ref_id FROM orders);
