-- name: customer_by_email
-- calls: 900
-- common 0.9: ["customer4711@mail2.example"]
-- skewed 0.1: ["nobody@mail2.example"]
SELECT id, name, segment FROM customers WHERE email = $1;

-- name: orders_of_customer
-- calls: 700
-- common 0.7: [9000]
-- skewed 0.3: [1]
SELECT id, state, total, placed_on FROM orders WHERE customer_id = $1 ORDER BY placed_on DESC LIMIT 20;

-- name: open_orders_of_customer
-- calls: 300
-- common 0.8: [8000]
-- skewed 0.2: [2]
SELECT id, total FROM orders WHERE customer_id = $1 AND state = 'open';

-- name: orders_by_state_and_day
-- calls: 60
-- common 0.6: ["done", "2025-02-01", "2025-02-07"]
-- skewed 0.4: ["disputed", "2024-01-01", "2025-12-31"]
SELECT id, customer_id, total FROM orders WHERE state = $1 AND placed_on BETWEEN $2::date AND $3::date ORDER BY total DESC LIMIT 100;

-- name: oldest_open_orders
-- calls: 200
SELECT id, customer_id, placed_on FROM orders WHERE state = 'open' ORDER BY placed_on, id LIMIT 50;

-- name: disputed_orders
-- calls: 80
SELECT o.id, o.total, c.name FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.state = 'disputed' AND o.placed_on >= date '2025-06-01';

-- name: order_with_lines
-- calls: 2500
-- common 1: [77777]
SELECT o.id, o.total, l.line, l.part_id, l.quantity, l.price FROM orders o JOIN order_lines l ON l.order_id = o.id WHERE o.id = $1 ORDER BY l.line;

-- name: lines_of_part
-- calls: 250
-- common 0.8: [20000]
-- skewed 0.2: [1]
SELECT order_id, line, quantity, price FROM order_lines WHERE part_id = $1 ORDER BY shipped_on DESC LIMIT 25;

-- name: sold_quantity_of_part
-- calls: 200
-- common 0.8: [15000]
-- skewed 0.2: [3]
SELECT sum(quantity), count(*) FROM order_lines WHERE part_id = $1;

-- name: lines_of_supplier_between
-- calls: 60
-- common 0.6: [500, "2025-01-01", "2025-02-01"]
-- skewed 0.4: [44, "2022-01-01", "2025-12-31"]
SELECT part_id, sum(quantity * price) FROM order_lines WHERE supplier_id = $1 AND shipped_on >= $2::date AND shipped_on < $3::date GROUP BY part_id ORDER BY 2 DESC LIMIT 10;

-- name: pricing_summary
-- calls: 3
-- common 1: ["2025-09-01"]
SELECT returned, state, sum(quantity), sum(price), sum(price * (1 - discount)), avg(quantity), count(*) FROM order_lines WHERE shipped_on <= $1::date GROUP BY returned, state ORDER BY returned, state;

-- name: revenue_of_discounts
-- calls: 12
-- common 0.5: ["2024-01-01", "2024-02-01"]
-- common 0.5: ["2023-05-01", "2023-05-08"]
SELECT sum(price * discount) FROM order_lines WHERE shipped_on >= $1::date AND shipped_on < $2::date AND discount BETWEEN 0.05 AND 0.07 AND quantity < 24;

-- name: late_lines
-- calls: 6
-- common 1: ["2025-01-01", "2025-04-01"]
SELECT o.priority, count(*) FROM orders o WHERE o.placed_on >= $1::date AND o.placed_on < $2::date
   AND EXISTS (SELECT FROM order_lines l WHERE l.order_id = o.id AND l.committed_on < l.received_on) GROUP BY o.priority ORDER BY o.priority;

-- name: returned_revenue_of_customers
-- calls: 6
-- common 1: ["2025-01-01", "2025-03-01"]
SELECT c.id, c.name, sum(l.price * (1 - l.discount)) AS revenue FROM customers c JOIN orders o ON o.customer_id = c.id JOIN order_lines l ON l.order_id = o.id
 WHERE o.placed_on >= $1::date AND o.placed_on < $2::date AND l.returned = 'R' GROUP BY c.id, c.name ORDER BY revenue DESC LIMIT 20;

-- name: returned_lines_recently
-- calls: 40
-- common 1: ["2025-08-01"]
SELECT order_id, line, part_id, price FROM order_lines WHERE returned = 'R' AND received_on >= $1::date ORDER BY received_on DESC LIMIT 200;

-- name: unshipped_by_priority
-- calls: 5
-- common 0.5: ["builder", "2025-10-01"]
-- skewed 0.5: ["household", "2023-03-15"]
SELECT l.order_id, sum(l.price * (1 - l.discount)) AS revenue, o.placed_on FROM customers c JOIN orders o ON o.customer_id = c.id JOIN order_lines l ON l.order_id = o.id
 WHERE c.segment = $1 AND o.placed_on < $2::date AND l.shipped_on > $2::date GROUP BY l.order_id, o.placed_on ORDER BY revenue DESC, o.placed_on LIMIT 10;

-- name: revenue_of_nation
-- calls: 4
-- common 0.5: [3, "2024-01-01", "2025-01-01"]
-- skewed 0.5: [38, "2024-01-01", "2024-04-01"]
SELECT n.name, sum(l.price * (1 - l.discount)) FROM nations n JOIN customers c ON c.nation_id = n.id JOIN orders o ON o.customer_id = c.id JOIN order_lines l ON l.order_id = o.id
 WHERE n.id = $1 AND o.placed_on >= $2::date AND o.placed_on < $3::date GROUP BY n.name;

-- name: cheapest_supplier
-- calls: 60
-- common 0.5: [15, "promo", 2]
-- common 0.5: [31, "small", 4]
SELECT s.name, s.balance, p.id, p.sku FROM parts p JOIN part_suppliers ps ON ps.part_id = p.id JOIN suppliers s ON s.id = ps.supplier_id JOIN nations n ON n.id = s.nation_id
 WHERE p.size = $1 AND p.kind LIKE '%' || $2 AND n.region_id = $3
   AND ps.cost = (SELECT min(i.cost) FROM part_suppliers i WHERE i.part_id = p.id) ORDER BY s.balance DESC LIMIT 100;

-- name: parts_of_supplier
-- calls: 200
-- common 1: [321]
SELECT p.id, p.sku, ps.cost, ps.available FROM part_suppliers ps JOIN parts p ON p.id = ps.part_id WHERE ps.supplier_id = $1 ORDER BY ps.cost LIMIT 50;

-- name: part_by_sku
-- calls: 800
-- common 0.95: ["SKU-00039595"]
-- skewed 0.05: ["SKU-99999999"]
SELECT id, name, price FROM parts WHERE sku = $1;

-- name: parts_of_brand
-- calls: 120
-- common 0.6: ["Brand 40"]
-- skewed 0.4: ["Brand 10"]
SELECT id, sku, price FROM parts WHERE brand = $1 AND active ORDER BY price LIMIT 40;

-- name: parts_by_name_prefix
-- calls: 150
-- common 0.5: ["azure lamp 12%"]
-- common 0.5: ["steel bolt 7%"]
SELECT id, sku, name FROM parts WHERE name LIKE $1 ORDER BY name LIMIT 20;

-- name: part_revenue_of_brand
-- calls: 1
-- common 1: ["Brand 33", "box"]
SELECT avg(l.price) FROM order_lines l JOIN parts p ON p.id = l.part_id WHERE p.brand = $1 AND p.container = $2
   AND l.quantity < (SELECT 0.2 * avg(i.quantity) FROM order_lines i WHERE i.part_id = p.id);

-- name: large_orders
-- calls: 3
-- common 1: [300]
SELECT o.id, o.customer_id, o.total, sum(l.quantity) FROM orders o JOIN order_lines l ON l.order_id = o.id
 WHERE o.id IN (SELECT i.order_id FROM order_lines i GROUP BY i.order_id HAVING sum(i.quantity) > $1) GROUP BY o.id ORDER BY o.total DESC LIMIT 100;

-- name: customers_without_orders
-- calls: 3
-- common 1: ["1"]
SELECT left(c.phone, 2), count(*), sum(c.balance) FROM customers c WHERE left(c.phone, 1) = $1 AND c.balance > 5000
   AND NOT EXISTS (SELECT FROM orders o WHERE o.customer_id = c.id) GROUP BY 1 ORDER BY 1;

-- name: richest_of_segment
-- calls: 60
-- common 0.7: ["vehicles"]
-- skewed 0.3: ["household"]
SELECT id, name, balance FROM customers WHERE segment = $1 ORDER BY balance DESC LIMIT 10;

-- name: customers_joined_between
-- calls: 30
-- common 1: ["2024-03-01", "2024-03-15"]
SELECT id, name, joined_on FROM customers WHERE joined_on BETWEEN $1::date AND $2::date ORDER BY joined_on;

-- name: customers_by_lower_email
-- calls: 300
-- common 1: ["customer815@mail16.example"]
SELECT id, name FROM customers WHERE lower(email) = lower($1);

-- name: payments_of_order
-- calls: 600
-- common 1: [50001]
SELECT id, method, amount, state FROM payments WHERE order_id = $1;

-- name: failed_payments
-- calls: 90
-- common 1: ["2025-09-01"]
SELECT id, order_id, amount FROM payments WHERE state = 'failed' AND paid_at >= $1::timestamptz ORDER BY paid_at DESC LIMIT 100;

-- name: payments_by_method
-- calls: 10
-- common 0.5: ["2025-10-01", "2025-10-08"]
-- skewed 0.5: ["2024-01-01", "2025-01-01"]
SELECT method, count(*), sum(amount) FROM payments WHERE paid_at >= $1::timestamptz AND paid_at < $2::timestamptz GROUP BY method;

-- name: payment_by_reference
-- calls: 400
-- common 1: ["@md5:50000"]
SELECT id, order_id FROM payments WHERE reference = $1;

-- name: shipments_of_order
-- calls: 500
-- common 1: [60002]
SELECT s.carrier, s.state, s.tracking FROM shipments s WHERE s.order_id = $1 ORDER BY s.sent_at;

-- name: shipment_by_tracking
-- calls: 500
-- common 1: ["@tracking:4711"]
SELECT id, order_id, state FROM shipments WHERE tracking = $1;

-- name: lost_shipments
-- calls: 60
SELECT s.id, s.order_id, o.customer_id FROM shipments s JOIN orders o ON o.id = s.order_id WHERE s.state = 'lost' AND s.delivered_at > timestamptz '2025-06-01 00:00+00';

-- name: undelivered
-- calls: 100
-- common 1: ["blue"]
SELECT id, order_id, sent_at FROM shipments WHERE delivered_at IS NULL AND carrier = $1 ORDER BY sent_at LIMIT 100;

-- name: returns_of_order
-- calls: 300
-- common 1: [4242]
SELECT id, line, reason FROM returns WHERE order_id = $1;

-- name: returns_by_reason
-- calls: 12
-- common 1: ["2025-01-01"]
SELECT r.reason, count(*), sum(o.total) FROM returns r JOIN orders o ON o.id = r.order_id WHERE r.returned_on >= $1::date GROUP BY r.reason;

-- name: visits_of_customer
-- calls: 150
-- common 0.7: [9999]
-- skewed 0.3: [1]
SELECT at, page, seconds FROM visits WHERE customer_id = $1 ORDER BY at DESC LIMIT 30;

-- name: visits_of_day
-- calls: 25
-- common 1: ["2025-08-01 00:00+00", "2025-08-02 00:00+00"]
SELECT source, device, count(*), avg(seconds) FROM visits WHERE at >= $1::timestamptz AND at < $2::timestamptz GROUP BY source, device;

-- name: conversions_of_page
-- calls: 30
-- common 0.7: ["/page/250"]
-- skewed 0.3: ["/page/0"]
SELECT date_trunc('week', at), count(*) FROM visits WHERE page = $1 AND converted GROUP BY 1 ORDER BY 1;

-- name: out_of_stock
-- calls: 60
-- common 1: ["2025-02-10"]
SELECT s.part_id, s.store_id FROM stock_days s WHERE s.day = $1::date AND s.on_hand = 0;

-- name: stock_of_store
-- calls: 60
-- common 1: [17, "2025-02-15"]
SELECT part_id, on_hand FROM stock_days WHERE store_id = $1 AND day = $2::date ORDER BY part_id;

-- name: stock_history_of_part
-- calls: 90
-- common 1: [8001]
SELECT day, store_id, on_hand FROM stock_days WHERE part_id = $1 ORDER BY day DESC LIMIT 30;

-- name: reviews_of_part
-- calls: 300
-- common 0.7: [12000]
-- skewed 0.3: [1]
SELECT stars, body, created_at FROM reviews WHERE part_id = $1 AND NOT hidden ORDER BY created_at DESC LIMIT 10;

-- name: stars_of_part
-- calls: 200
-- common 0.8: [11111]
-- skewed 0.2: [2]
SELECT avg(stars), count(*) FROM reviews WHERE part_id = $1;

-- name: reviews_of_customer
-- calls: 100
-- common 1: [1234]
SELECT r.part_id, p.name, r.stars FROM reviews r JOIN parts p ON p.id = r.part_id WHERE r.customer_id = $1 ORDER BY r.created_at DESC;

-- name: orders_of_promotion
-- calls: 40
-- common 1: [123]
SELECT count(*), sum(o.total) FROM orders o WHERE o.promotion_id = $1;

-- name: sales_of_store
-- calls: 30
-- common 1: [55, "2025-01-01"]
SELECT date_trunc('month', placed_on), sum(total) FROM orders WHERE store_id = $1 AND placed_on >= $2::date GROUP BY 1 ORDER BY 1;

-- name: distinct_channels
-- calls: 5
SELECT DISTINCT channel, state FROM orders;

-- name: newest_orders
-- calls: 150
SELECT id, customer_id, total FROM orders ORDER BY placed_on DESC, id DESC LIMIT 25;

-- name: most_expensive_orders_of_channel
-- calls: 50
-- common 1: ["phone"]
SELECT id, customer_id, total FROM orders WHERE channel = $1 ORDER BY total DESC LIMIT 10;

-- name: place_order
-- calls: 400
-- common 1: ["@new", "@spread:20000"]
INSERT INTO orders (id, customer_id, state, total, placed_on, priority, clerk, channel) VALUES ($1, $2, 'open', 99.50, date '2025-11-01', 'high', 'clerk 7', 'web');

-- name: add_lines
-- calls: 400
-- common 1: ["@new", "@spread:20000"]
INSERT INTO order_lines SELECT $1::bigint, line, $2::int + line, 17, 3, 1000, 0.05, 0.02, 'N', 'O', date '2025-11-03', date '2025-11-20', date '2025-11-09', 'air', 'none' FROM generate_series(1, 4) line;

-- name: finish_order
-- calls: 400
-- common 1: ["@spread:119000"]
UPDATE orders SET state = 'done' WHERE id = $1;

-- name: count_visit
-- calls: 1500
-- common 1: ["@new", "@spread:20000", "/page/3"]
INSERT INTO visits (id, customer_id, at, page, source, device, seconds, converted) VALUES ($1, $2, timestamptz '2025-11-01 12:00+00', $3, 'mail', 'phone', 12, false);

-- name: change_stock
-- calls: 800
-- common 1: ["@spread:24000"]
UPDATE part_suppliers SET available = available - 1 WHERE part_id = $1;
