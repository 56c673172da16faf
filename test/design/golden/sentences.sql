-- The ten best customers of each month
-- taken: customers are ranked by the sum of orders.total.
WITH per_group AS (
  SELECT date_trunc('month', o.placed_at) AS month, c.id AS customer_id, c.name, sum(o.total) AS total
  FROM orders o
  JOIN customers c ON c.id = o.customer_id
  GROUP BY 1, 2, 3
), ranked AS (
  SELECT month, customer_id, name, total,
    row_number() OVER (PARTITION BY month ORDER BY total DESC, customer_id) AS place
  FROM per_group
)
SELECT month, customer_id, name, total, place
FROM ranked
WHERE place <= 10
ORDER BY month, place;

-- The latest 20 orders of a customer
SELECT o.id, o.customer_id, o.state, o.total, o.placed_at
FROM orders o
WHERE o.customer_id = :customer_id
ORDER BY o.placed_at DESC, o.id DESC
LIMIT 20;

-- A customer's open orders
-- taken: “open” is a value of orders.state.
SELECT o.id, o.customer_id, o.state, o.total, o.placed_at
FROM orders o
WHERE o.customer_id = :customer_id
  AND o.state = 'open';

-- Number of orders per customer and month
SELECT c.id AS customer_id, c.name, date_trunc('month', o.placed_at) AS month, count(*) AS orders
FROM orders o
JOIN customers c ON c.id = o.customer_id
GROUP BY 1, 2, 3
ORDER BY 1, 3;

-- Total of orders per country in the last 30 days
-- taken: The time is orders.placed_at.
SELECT c.country, sum(o.total) AS total
FROM orders o
JOIN customers c ON c.id = o.customer_id
WHERE o.placed_at >= now() - interval '30 days'
GROUP BY 1
ORDER BY 1;

-- Top 5 customers by revenue this year
-- taken: The time is orders.placed_at.
SELECT c.id AS customer_id, c.name, sum(o.total) AS total
FROM orders o
JOIN customers c ON c.id = o.customer_id
WHERE o.placed_at >= date_trunc('year', now())
GROUP BY 1, 2
ORDER BY 3 DESC, 1
LIMIT 5;

-- Events per customer and day, last 30 days
-- taken: The time is analytics_events.created_at.
SELECT c.id AS customer_id, c.name, date_trunc('day', ae.created_at) AS day, count(*) AS analytics_events
FROM analytics_events ae
JOIN customers c ON c.id = ae.customer_id
WHERE ae.created_at >= now() - interval '30 days'
GROUP BY 1, 2, 3
ORDER BY 1, 3;

-- A customer’s latest events
-- taken: Nobody says how many analytics_events; 50 are taken.
SELECT ae.id, ae.customer_id, ae.event_type, ae.created_at
FROM analytics_events ae
WHERE ae.customer_id = :customer_id
ORDER BY ae.created_at DESC, ae.id DESC
LIMIT 50;

-- All descendants of a category
WITH RECURSIVE reached (id) AS (
  SELECT t.id FROM categories t WHERE t.parent_id = :category_id
  UNION
  SELECT t.id FROM reached r JOIN categories t ON t.parent_id = r.id
)
SELECT t.id, t.parent_id, t.name
FROM reached r JOIN categories t ON t.id = r.id;

-- The ancestors of a category
WITH RECURSIVE reached (id) AS (
  SELECT t.parent_id FROM categories t WHERE t.id = :category_id AND t.parent_id IS NOT NULL
  UNION
  SELECT t.parent_id FROM reached r JOIN categories t ON t.id = r.id WHERE t.parent_id IS NOT NULL
)
SELECT t.id, t.parent_id, t.name
FROM reached r JOIN categories t ON t.id = r.id;

-- Customers without orders
-- taken: Deleted customers are left out.
SELECT c.id, c.name, c.email, c.country, c.is_active, c.deleted_at
FROM customers c
WHERE NOT EXISTS (SELECT FROM orders x WHERE x.customer_id = c.id)
  AND c.deleted_at IS NULL;

-- Active customers
-- taken: Deleted customers are left out.
SELECT c.id, c.name, c.email, c.country, c.is_active, c.deleted_at
FROM customers c
WHERE c.is_active
  AND c.deleted_at IS NULL;

-- Find a customer by email
-- taken: Deleted customers are left out.
SELECT c.id, c.name, c.email, c.country, c.is_active, c.deleted_at
FROM customers c
WHERE c.email = :email
  AND c.deleted_at IS NULL;

-- The three latest orders of each customer
WITH ranked AS (
  SELECT o.id, o.customer_id, o.state, o.total, o.placed_at,
    row_number() OVER (PARTITION BY o.customer_id ORDER BY o.placed_at DESC, o.id DESC) AS place
  FROM orders o
)
SELECT id, customer_id, state, total, placed_at, place
FROM ranked
WHERE place <= 3
ORDER BY customer_id, place;

-- Running total of orders per day
WITH per_step AS (
  SELECT date_trunc('day', o.placed_at) AS day, sum(o.total) AS total
  FROM orders o
  GROUP BY 1
)
SELECT day, total, sum(total) OVER (ORDER BY day) AS running_total
FROM per_step
ORDER BY day;

-- Cumulative revenue of orders per customer and month
WITH per_step AS (
  SELECT c.id AS customer_id, c.name, date_trunc('month', o.placed_at) AS month, sum(o.total) AS total
  FROM orders o
  JOIN customers c ON c.id = o.customer_id
  GROUP BY 1, 2, 3
)
SELECT customer_id, name, month, total, sum(total) OVER (PARTITION BY customer_id ORDER BY month) AS running_total
FROM per_step
ORDER BY customer_id, month;

-- Average temperature per sensor and hour of the last 30 days
-- taken: The time is readings.measured_at.
SELECT r.sensor, date_trunc('hour', r.measured_at) AS hour, avg(r.temperature) AS avg_temperature
FROM readings r
WHERE r.measured_at >= now() - interval '30 days'
GROUP BY 1, 2
ORDER BY 1, 2;

-- Paid orders with a total above 100
-- taken: “paid” is a value of orders.state.
SELECT o.id, o.customer_id, o.state, o.total, o.placed_at
FROM orders o
WHERE o.state = 'paid'
  AND o.total > 100;

-- Orders older than 90 days
-- taken: The time is orders.placed_at.
SELECT o.id, o.customer_id, o.state, o.total, o.placed_at
FROM orders o
WHERE o.placed_at < now() - interval '90 days';

-- The lines of an order
SELECT ol.id, ol.order_id, ol.product_id, ol.quantity
FROM order_lines ol
WHERE ol.order_id = :order_id;

-- How many orders does each customer have
SELECT c.id AS customer_id, c.name, count(*) AS orders
FROM orders o
JOIN customers c ON c.id = o.customer_id
GROUP BY 1, 2
ORDER BY 1;

-- The most expensive products by price
-- taken: Nobody says how many products; 50 are taken.
SELECT p.id, p.title, p.price
FROM products p
ORDER BY p.price DESC, p.id DESC
LIMIT 50;

-- The 10 products with the most order lines
-- taken: products are ranked by how many order_lines they have.
SELECT p.id AS product_id, p.title, count(*) AS order_lines
FROM order_lines ol
JOIN products p ON p.id = ol.product_id
GROUP BY 1, 2
ORDER BY 3 DESC, 1
LIMIT 10;

-- Orders of customers in a given country placed yesterday
-- taken: The time is orders.placed_at.
SELECT o.id, o.customer_id, o.state, o.total, o.placed_at
FROM orders o
JOIN customers c ON c.id = o.customer_id
WHERE o.placed_at >= date_trunc('day', now()) - interval '1 day'
  AND o.placed_at < date_trunc('day', now())
  AND c.country = :country;

-- The customer of an order
-- taken: Deleted customers are left out.
SELECT c.id, c.name, c.email, c.country, c.is_active, c.deleted_at
FROM customers c
JOIN orders o ON o.customer_id = c.id
WHERE o.id = :order_id
  AND c.deleted_at IS NULL;

-- The three best customers by order lines
-- taken: customers are ranked by how many order_lines they have.
SELECT c.id AS customer_id, c.name, count(*) AS order_lines
FROM order_lines ol
JOIN orders o ON o.id = ol.order_id
JOIN customers c ON c.id = o.customer_id
GROUP BY 1, 2
ORDER BY 3 DESC, 1
LIMIT 3;

-- The five worst products by quantity of order lines
-- taken: products are ranked by the sum of order_lines.quantity.
SELECT p.id AS product_id, p.title, sum(ol.quantity) AS total_quantity
FROM order_lines ol
JOIN products p ON p.id = ol.product_id
GROUP BY 1, 2
ORDER BY 3 ASC, 1
LIMIT 5;

-- Count of paid orders today
-- taken: The time is orders.placed_at.
-- taken: “paid” is a value of orders.state.
SELECT count(*) AS orders
FROM orders o
WHERE o.placed_at >= date_trunc('day', now())
  AND o.state = 'paid';

-- Orders that are not paid, sorted by total descending
-- taken: “paid” is a value of orders.state.
SELECT o.id, o.customer_id, o.state, o.total, o.placed_at
FROM orders o
WHERE o.state <> 'paid'
ORDER BY o.total DESC;

-- Open or paid orders of a customer
-- taken: “open” and “paid” are values of orders.state.
SELECT o.id, o.customer_id, o.state, o.total, o.placed_at
FROM orders o
WHERE o.customer_id = :customer_id
  AND o.state IN ('open', 'paid');

-- Customers that are not active
-- taken: Deleted customers are left out.
SELECT c.id, c.name, c.email, c.country, c.is_active, c.deleted_at
FROM customers c
WHERE NOT c.is_active
  AND c.deleted_at IS NULL;

-- Messages of a customer
-- taken: messages refers to customers in 2 ways; receiver_id was taken.
SELECT m.id, m.sender_id, m.receiver_id, m.body
FROM messages m
WHERE m.receiver_id = :receiver_id;
