SELECT o.id FROM orders o, users u WHERE o.status = 'paid';
