-- What the running shop asks, at its everyday rates.

-- name: order_by_id
-- rate: 60/s peak 200/s
-- p95: 20 ms
SELECT id, status, total_cents FROM orders WHERE id = :id;

-- name: orders_of_customer
-- rate: 20/s peak 60/s
-- p95: 50 ms
SELECT id, status, created_at FROM orders WHERE customer_id = :customer_id ORDER BY created_at DESC LIMIT 20;

-- name: pay_order
-- rate: 10/s peak 30/s
-- p95: 50 ms
UPDATE orders SET status = 'paid' WHERE id = :id;
