SELECT o.id, o.total FROM orders o WHERE o.total = (SELECT max(x.total) FROM orders x);
