-- Read-only: each query must return no row on your data.
SELECT * FROM orders AS child WHERE child.customer_id IS NOT NULL AND NOT EXISTS (SELECT FROM customers AS parent WHERE parent.id = child.customer_id) LIMIT 1;
