SELECT id FROM orders WHERE note = NULL;
