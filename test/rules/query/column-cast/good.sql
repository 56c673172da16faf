SELECT id FROM orders WHERE local_at >= '2024-01-01';
