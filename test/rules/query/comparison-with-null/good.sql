SELECT id FROM orders WHERE note IS NULL;
