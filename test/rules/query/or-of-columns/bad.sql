SELECT id FROM orders WHERE user_id = 1 OR ref_id = 2;
