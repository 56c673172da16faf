SELECT id FROM orders WHERE local_at::date = '2024-01-01';
