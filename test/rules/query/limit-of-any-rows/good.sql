SELECT id FROM orders WHERE id = 1 LIMIT 1;
