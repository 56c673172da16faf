SELECT id FROM orders WHERE status = 'open' ORDER BY id LIMIT 1 FOR UPDATE;
