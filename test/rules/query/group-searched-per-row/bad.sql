SELECT o.id, o.total FROM orders o WHERE o.total = (SELECT max(x.total) FROM orders x WHERE x.user_id = o.user_id);
