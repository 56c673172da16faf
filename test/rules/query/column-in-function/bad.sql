SELECT id FROM orders WHERE date_trunc('day', local_at) = '2024-01-01';
