SELECT id FROM orders WHERE id > 100 - 5;
