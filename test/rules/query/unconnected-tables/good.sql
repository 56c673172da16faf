SELECT o.id FROM orders o, users u WHERE u.id = o.user_id;
