-- name: virtual prices
SELECT id FROM products WHERE gross > 800;
-- name: virtual groups
SELECT category_id, max(gross) FROM products GROUP BY category_id;
-- name: skip of a leading column
SELECT count(*) FROM sales.orders WHERE total = 77.77;
