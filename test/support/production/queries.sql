-- name: order by key
SELECT * FROM sales.orders WHERE id = 4711;
-- name: orders of the greatest customer
SELECT id, total FROM sales.orders WHERE customer_id = 1 ORDER BY placed_at DESC LIMIT 20;
-- name: orders of a rare customer
SELECT id, total FROM sales.orders WHERE customer_id = 9876 ORDER BY placed_at DESC LIMIT 20;
-- name: orders of a week
SELECT count(*), sum(total) FROM sales.orders WHERE placed_at >= '2024-03-01' AND placed_at < '2024-03-08';
-- name: orders of a year
SELECT count(*), sum(total) FROM sales.orders WHERE placed_at >= '2024-01-01' AND placed_at < '2025-01-01';
-- name: newest orders
SELECT * FROM sales.orders WHERE placed_at > '2025-09-20' ORDER BY placed_at DESC LIMIT 50;
-- name: open orders
SELECT id, total FROM sales.orders WHERE status IN ('new', 'paid', 'packed') AND placed_at > '2025-06-01';
-- name: open orders through the view
SELECT * FROM open_orders WHERE placed_at > '2025-09-01' ORDER BY placed_at LIMIT 30;
-- name: order by reference
SELECT id FROM sales.orders WHERE reference = 'd6d1ef9e-8f2a-4c7c-9d3b-8f3a0d7a1b11';
-- name: dearest returned orders
SELECT customer_id, total FROM sales.orders WHERE status = 'returned' ORDER BY total DESC LIMIT 10;
-- name: returned totals covered by an index
SELECT customer_id, total FROM sales.orders WHERE status = 'returned' AND total > 2500;
-- name: orders of a day by expression
SELECT count(*) FROM sales.orders WHERE (placed_at AT TIME ZONE 'UTC')::date = '2024-05-05';
-- name: orders of days by expression
SELECT (placed_at AT TIME ZONE 'UTC')::date AS day, count(*) FROM sales.orders WHERE (placed_at AT TIME ZONE 'UTC')::date BETWEEN '2024-05-05' AND '2024-05-20' GROUP BY 1 ORDER BY 1;
-- name: orders by month
SELECT date_trunc('month', placed_at AT TIME ZONE 'UTC'), count(*), sum(total) FROM sales.orders GROUP BY 1 ORDER BY 1;
-- name: shipping ranges
SELECT count(*) FROM sales.orders WHERE shipped_at BETWEEN '2024-07-01' AND '2024-07-03';
-- name: not shipped
SELECT count(*) FROM sales.orders WHERE shipped_at IS NULL AND placed_at < '2025-01-01';
-- name: notes
SELECT id, note FROM sales.orders WHERE note IS NOT NULL ORDER BY id LIMIT 100;
-- name: status counts
SELECT status, count(*) FILTER (WHERE total > 100) AS dear, count(*) FROM sales.orders GROUP BY status;
-- name: status and customer groups
SELECT status, customer_id, count(*) FROM sales.orders GROUP BY status, customer_id;
-- name: totals of customers
SELECT customer_id, sum(total) FROM sales.orders GROUP BY customer_id ORDER BY 2 DESC LIMIT 10;
-- name: customers with many orders
SELECT customer_id FROM sales.orders GROUP BY customer_id HAVING count(*) > 50;
-- name: totals through the view
SELECT c.name, t.total FROM customers c JOIN customer_totals t ON t.customer_id = c.id WHERE c.country = 'SE' ORDER BY t.total DESC LIMIT 5;
-- name: customer by email
SELECT id, name FROM customers WHERE email = 'USER77@example.com';
-- name: customers of a name
SELECT id FROM customers WHERE name = 'Anna Smith';
-- name: customers by lower name
SELECT id FROM customers WHERE lower(name) = 'anna smith';
-- name: customers by name prefix
SELECT id, name FROM customers WHERE name LIKE 'Smy%';
-- name: customers by first name prefix
SELECT id, name FROM customers WHERE name LIKE 'Anna S%' ORDER BY name LIMIT 20;
-- name: customers by substring
SELECT id, name FROM customers WHERE name LIKE '%gström%';
-- name: customers by case-insensitive substring
SELECT id, name FROM customers WHERE name ILIKE '%mey%' AND country = 'FR';
-- name: names in order
SELECT name FROM customers ORDER BY name LIMIT 25;
-- name: names in a range
SELECT name FROM customers WHERE name >= 'Hans' AND name < 'Ines B' ORDER BY name;
-- name: stored lower names
SELECT count(*) FROM customers WHERE name_key > 'kim';
-- name: customers of a city
SELECT sum(balance) FROM customers WHERE country = 'DE' AND city = 'City 103';
-- name: customers of a city that is not in the country
SELECT count(*) FROM customers WHERE country = 'DE' AND city = 'City 303';
-- name: cities
SELECT country, city, count(*) FROM customers GROUP BY country, city;
-- name: newest live customers
SELECT id, name FROM customers WHERE deleted_at IS NULL AND active ORDER BY created_at DESC LIMIT 10;
-- name: latest customers
SELECT id FROM customers ORDER BY created_at DESC LIMIT 3;
-- name: customers of a month
SELECT count(*) FROM customers WHERE created_at >= '2023-05-01' AND created_at < '2023-06-01';
-- name: customers of the last days
SELECT count(*) FROM customers WHERE created_at > '2024-01-18';
-- name: customers beyond the last one analysed
SELECT count(*) FROM customers WHERE created_at >= '2026-01-01 06:00+00' AND created_at < '2026-01-08';
-- name: last orders by key
SELECT count(*) FROM sales.orders WHERE id > 19900;
-- name: orders beyond the last one analysed
SELECT count(*), max(total) FROM sales.orders WHERE id BETWEEN 20010 AND 21500;
-- name: last sessions
SELECT count(*) FROM web_sessions WHERE seen_at > '2025-09-01 02:00+00';
-- name: names at the end
SELECT count(*) FROM customers WHERE name > 'Zo';
-- name: lower names at the end
SELECT count(*) FROM customers WHERE lower(name) > 'zo';
-- name: merge of two ends
SELECT count(*) FROM sales.orders o JOIN sales.order_lines l ON l.order_id = o.id WHERE o.id > 18000;
-- name: customers with a tag
SELECT id FROM customers WHERE tags @> ARRAY['press'];
-- name: customers with a rare tag
SELECT id FROM customers WHERE tags @> ARRAY['t377'];
-- name: customers with one of some tags
SELECT count(*) FROM customers WHERE tags && ARRAY['b2b', 't3'];
-- name: customers whose tags are within
SELECT count(*) FROM customers WHERE tags <@ ARRAY['new', 'gold'] AND country = 'JP';
-- name: tag of any
SELECT count(*) FROM customers WHERE 'silver' = ANY (tags);
-- name: tags counted
SELECT tag, count(*) FROM customers, unnest(tags) AS tag GROUP BY tag ORDER BY 2 DESC LIMIT 10;
-- name: subscribers
SELECT id FROM customers WHERE profile @> '{"newsletter": true}';
-- name: language and score
SELECT id FROM customers WHERE profile ->> 'lang' = 'sv' AND (profile ->> 'score')::int > 95;
-- name: languages
SELECT profile ->> 'lang', count(*) FROM customers GROUP BY 1;
-- name: language of a name
SELECT lower(name), profile ->> 'lang', count(*) FROM customers GROUP BY 1, 2;
-- name: birthdays
SELECT id FROM customers WHERE birthday BETWEEN '1980-02-01' AND '1980-02-10';
-- name: no birthday
SELECT count(*) FROM customers WHERE birthday IS NULL;
-- name: balances
SELECT id, balance FROM customers WHERE balance > 4000 ORDER BY balance DESC;
-- name: referrals
SELECT r.name, count(*) FROM customers c JOIN customers r ON r.id = c.referred_by GROUP BY r.id, r.name ORDER BY 2 DESC LIMIT 10;
-- name: referred by one
SELECT id FROM customers WHERE referred_by = 3;
-- name: referral chain
WITH RECURSIVE chain AS (SELECT id, referred_by, 0 AS depth FROM customers WHERE id = 11999 UNION ALL SELECT c.id, c.referred_by, depth + 1 FROM customers c JOIN chain ON chain.referred_by = c.id) SELECT * FROM chain;
-- name: customers without orders
SELECT count(*) FROM customers c WHERE NOT EXISTS (SELECT FROM sales.orders o WHERE o.customer_id = c.id);
-- name: customers with dear orders
SELECT id, name FROM customers c WHERE EXISTS (SELECT FROM sales.orders o WHERE o.customer_id = c.id AND o.total > 2900);
-- name: customers not in
SELECT count(*) FROM customers WHERE id NOT IN (SELECT customer_id FROM sales.orders WHERE placed_at > '2025-01-01');
-- name: customers in a list
SELECT id, name FROM customers WHERE id IN (1, 5, 77, 901, 4000);
-- name: customers in a sub-query
SELECT name FROM customers WHERE id IN (SELECT customer_id FROM sales.orders WHERE status = 'packed' AND total > 1000);
-- name: last order of customers
SELECT c.id, l.total FROM customers c CROSS JOIN LATERAL (SELECT total FROM sales.orders o WHERE o.customer_id = c.id ORDER BY placed_at DESC LIMIT 1) AS l WHERE c.country = 'NL' AND c.city = 'City 801';
-- name: orders with their lines
SELECT o.id, l.line_no, l.price FROM sales.orders o JOIN sales.order_lines l ON l.order_id = o.id WHERE o.customer_id = 2;
-- name: lines of an order
SELECT * FROM sales.order_lines WHERE order_id = 999 ORDER BY line_no;
-- name: sales of products
SELECT p.name, sum(l.quantity * l.price) FROM sales.order_lines l JOIN products p ON p.id = l.product_id WHERE p.category_id = 7 GROUP BY p.id, p.name;
-- name: sales by category
SELECT c.name, sum(l.price) FROM sales.order_lines l JOIN products p ON p.id = l.product_id JOIN categories c ON c.id = p.category_id GROUP BY c.id, c.name ORDER BY 2 DESC;
-- name: sales of a category's children
SELECT k.name, count(*) FROM categories k JOIN products p ON p.category_id = k.id JOIN sales.order_lines l ON l.product_id = p.id JOIN sales.orders o ON o.id = l.order_id WHERE k.parent_id = 3 AND o.placed_at > '2025-03-01' GROUP BY k.name;
-- name: lines with their stock
SELECT l.order_id, s.quantity FROM sales.order_lines l JOIN stock s ON s.product_id = l.product_id AND s.warehouse_id = l.warehouse_id WHERE l.order_id BETWEEN 500 AND 600;
-- name: all lines with their stock
SELECT count(*) FROM sales.order_lines l JOIN stock s USING (product_id, warehouse_id) WHERE s.quantity < 3;
-- name: five tables
SELECT w.name, c.country, sum(l.price * l.quantity) FROM sales.order_lines l JOIN sales.orders o ON o.id = l.order_id JOIN customers c ON c.id = o.customer_id JOIN stock s ON s.product_id = l.product_id AND s.warehouse_id = l.warehouse_id JOIN warehouses w ON w.id = s.warehouse_id WHERE o.placed_at BETWEEN '2024-10-01' AND '2024-10-31' GROUP BY w.name, c.country;
-- name: quantities by remainder
SELECT quantity % 3, count(*) FROM sales.order_lines GROUP BY 1;
-- name: a product in a warehouse
SELECT count(*) FROM sales.order_lines WHERE product_id = 12 AND warehouse_id = 3;
-- name: products and warehouses
SELECT product_id, warehouse_id, count(*) FROM sales.order_lines GROUP BY product_id, warehouse_id;
-- name: low stock
SELECT product_id FROM stock WHERE warehouse_id = 2 AND quantity < 5;
-- name: stock of a product
SELECT * FROM stock WHERE product_id = 500;
-- name: never counted
SELECT count(*) FROM stock WHERE counted_on IS NULL;
-- name: product by sku
SELECT id FROM products WHERE sku = 'SKU-000123';
-- name: products by sku prefix
SELECT id FROM products WHERE sku LIKE 'SKU-0001%';
-- name: dearest of a category
SELECT id, price FROM products WHERE category_id = 11 ORDER BY price DESC NULLS LAST LIMIT 5;
-- name: products by words
SELECT id FROM products WHERE search @@ to_tsquery('simple', 'candle & spoon');
-- name: products by a rare word
SELECT id FROM products WHERE search @@ to_tsquery('simple', 'candle7 | basket6');
-- name: red products
SELECT count(*) FROM products WHERE attributes @> '{"color": "red"}';
-- name: products with a key
SELECT count(*) FROM products WHERE attributes ? 'maker' AND price > 400;
-- name: products of a maker
SELECT id FROM products WHERE attributes @> '{"maker": "m77"}';
-- name: products of sizes
SELECT id FROM products WHERE sizes && ARRAY[28, 29];
-- name: products sold on a day
SELECT id FROM products WHERE sold_in @> date '2020-06-01';
-- name: products sold in a time
SELECT count(*) FROM products WHERE sold_in && daterange('2025-06-01', '2025-07-01');
-- name: products never ended
SELECT count(*) FROM products WHERE upper_inf(sold_in) AND sold_in >> daterange('2019-01-01', '2021-01-01');
-- name: products and orders of the year before
SELECT p.id, count(o.id) FROM products p LEFT JOIN sales.order_lines l ON l.product_id = p.id LEFT JOIN sales.orders o ON o.id = l.order_id AND o.placed_at < '2023-12-31' GROUP BY p.id ORDER BY 2 LIMIT 20;
-- name: nearest warehouses
SELECT name FROM warehouses ORDER BY place <-> point(3, 4) LIMIT 3;
-- name: nearest places
SELECT id FROM places ORDER BY spot <-> point(10, 20) LIMIT 5;
-- name: places in a box
SELECT id FROM places WHERE spot <@ box(point(0, 0), point(10, 10));
-- name: areas that meet
SELECT count(*) FROM places WHERE area && box(point(50, 50), point(52, 53));
-- name: places of a label
SELECT id FROM places WHERE label LIKE 'place/7/a%';
-- name: places by label
SELECT id FROM places WHERE label = 'place/3/none';
-- name: places of a network
SELECT id FROM places WHERE network << inet '10.3.0.0/16';
-- name: bookings of a room
SELECT * FROM bookings WHERE room = 7 AND during && tstzrange('2025-02-01', '2025-02-10');
-- name: bookings that contain a moment
SELECT room FROM bookings WHERE during @> timestamptz '2025-03-03 12:00+00';
-- name: guests
SELECT guest, count(*) FROM bookings WHERE guest IS NOT NULL GROUP BY guest ORDER BY 2 DESC LIMIT 10;
-- name: events of an hour
SELECT count(*) FROM events WHERE at >= '2025-03-05 10:00+00' AND at < '2025-03-05 11:00+00';
-- name: events of ten days
SELECT kind, count(*) FROM events WHERE at >= '2025-03-05' AND at < '2025-03-15' GROUP BY kind;
-- name: events of a customer
SELECT at, kind FROM events WHERE customer_id = 4 ORDER BY at DESC LIMIT 10;
-- name: events of a customer in a time
SELECT count(*) FROM events WHERE customer_id = 1 AND at BETWEEN '2025-02-01' AND '2025-02-20';
-- name: kinds of events
SELECT kind, customer_id, count(*) FROM events GROUP BY kind, customer_id;
-- name: buyers
SELECT c.name, count(*) FROM events e JOIN customers c ON c.id = e.customer_id WHERE e.kind = 'buy' AND e.at >= '2025-08-01' GROUP BY c.id, c.name;
-- name: one partition
SELECT count(*) FROM events_20250310 WHERE kind = 'buy';
-- name: pages of events
SELECT payload ->> 'page', count(*) FROM events WHERE at >= '2025-07-01' AND at < '2025-07-04' AND payload IS NOT NULL GROUP BY 1 ORDER BY 2 DESC LIMIT 5;
-- name: measurements of a device
SELECT avg(value) FROM measurements WHERE region = 'north' AND device = 5 AND taken_at >= '2025-01-10' AND taken_at < '2025-01-20';
-- name: measurements of regions
SELECT region, avg(value), max(taken_at) FROM measurements GROUP BY region;
-- name: measurements of a week
SELECT count(*) FROM measurements WHERE taken_at >= '2025-02-01' AND taken_at < '2025-02-08';
-- name: running average
SELECT device, taken_at, avg(value) OVER (PARTITION BY device ORDER BY taken_at ROWS 5 PRECEDING) FROM measurements WHERE region = 'south' AND device < 3;
-- name: documents with children
SELECT count(*) FROM documents WHERE author = 7;
-- name: documents alone
SELECT count(*) FROM ONLY documents WHERE author = 7;
-- name: documents of an author on a day
SELECT id FROM documents WHERE author = 7 AND made_on = '2024-05-06';
-- name: invoices due
SELECT id, amount FROM invoices WHERE due_on < '2024-02-20' ORDER BY due_on;
-- name: imports of a batch
SELECT count(*) FROM imports WHERE batch = 5;
-- name: import by key
SELECT line FROM imports WHERE id = 77;
-- name: imports joined
SELECT count(*) FROM imports i JOIN customers c ON c.id = i.id WHERE i.batch < 10;
-- name: session of a token
SELECT customer_id FROM web_sessions WHERE token = 'c4ca4238-a0b9-2382-0dcc-509a6f75849b';
-- name: sessions of today
SELECT count(*) FROM web_sessions WHERE seen_at > '2025-08-03 12:00+00';
-- name: an empty table
SELECT value FROM settings WHERE key = 'mode';
-- name: sales of days
SELECT day, sum(total) FROM daily_sales WHERE day BETWEEN '2024-02-01' AND '2024-02-10' GROUP BY day ORDER BY day;
-- name: best days
SELECT * FROM daily_sales WHERE status = 'delivered' ORDER BY total DESC LIMIT 5;
-- name: odd names
SELECT "Id", "two words" FROM "Odd Schema"."Odd ""Table"" 名" WHERE "select" = 'b ''quoted''' ORDER BY "two words" DESC LIMIT 5;
-- name: odd groups
SELECT "select", "two words", count(*) FROM "Odd Schema"."Odd ""Table"" 名" GROUP BY 1, 2;
-- name: tickets of a tenant
SELECT id, title FROM tickets WHERE tenant_id = 1 AND state = 'open' ORDER BY priority, id LIMIT 20;
-- name: tickets of an agent
SELECT tenant_id, id FROM tickets WHERE assignee = 'agent3' AND state <> 'closed';
-- name: comments of a ticket
SELECT no, body FROM ticket_comments WHERE tenant_id = 2 AND ticket_id = 5 ORDER BY no;
-- name: comments per tenant
SELECT t.tenant_id, count(*) FROM tickets t JOIN ticket_comments c ON c.tenant_id = t.tenant_id AND c.ticket_id = t.id GROUP BY t.tenant_id;
-- name: ranks
SELECT customer_id, total, rank() OVER (PARTITION BY customer_id ORDER BY total DESC) FROM sales.orders WHERE customer_id < 20;
-- name: gaps between orders
SELECT id, placed_at - lag(placed_at) OVER (ORDER BY placed_at) FROM sales.orders WHERE placed_at >= '2025-01-01' AND placed_at < '2025-02-01';
-- name: share of days
WITH days AS (SELECT (placed_at AT TIME ZONE 'UTC')::date AS day, sum(total) AS total FROM sales.orders GROUP BY 1) SELECT day, total / sum(total) OVER () FROM days ORDER BY 2 DESC LIMIT 10;
-- name: materialised step
WITH big AS MATERIALIZED (SELECT id, customer_id FROM sales.orders WHERE total > 2000) SELECT c.country, count(*) FROM big JOIN customers c ON c.id = big.customer_id GROUP BY c.country;
-- name: distinct customers
SELECT DISTINCT customer_id FROM sales.orders WHERE placed_at > '2025-05-01';
-- name: first order of each customer
SELECT DISTINCT ON (customer_id) customer_id, id, total FROM sales.orders ORDER BY customer_id, placed_at DESC;
-- name: either or
SELECT id FROM sales.orders WHERE customer_id = 17 OR reference = 'd6d1ef9e-8f2a-4c7c-9d3b-8f3a0d7a1b11';
-- name: two sets
SELECT id FROM customers WHERE country = 'BR' INTERSECT SELECT customer_id FROM sales.orders WHERE total > 1500;
-- name: all of two tables
SELECT name AS label FROM categories UNION ALL SELECT name FROM warehouses ORDER BY label;
-- name: cube of sales
SELECT c.country, o.status, sum(o.total) FROM sales.orders o JOIN customers c ON c.id = o.customer_id GROUP BY CUBE (c.country, o.status);
-- name: full join
SELECT coalesce(a.day, b.day) FROM (SELECT day FROM daily_sales WHERE status = 'new') a FULL JOIN (SELECT day FROM daily_sales WHERE status = 'paid') b ON a.day = b.day;
-- name: range join
SELECT p.id, count(*) FROM products p JOIN sales.orders o ON p.sold_in @> (o.placed_at AT TIME ZONE 'UTC')::date WHERE p.id < 20 AND o.id < 400 GROUP BY p.id;
-- name: page by key
SELECT id, placed_at FROM sales.orders WHERE (placed_at, id) < ('2024-06-01', 9000) ORDER BY placed_at DESC, id DESC LIMIT 20;
-- name: greatest and least
SELECT min(placed_at), max(placed_at), max(id) FROM sales.orders;
-- name: insert an order
INSERT INTO sales.orders (customer_id, reference, status, total, placed_at) VALUES (5, 'd6d1ef9e-8f2a-4c7c-9d3b-8f3a0d7a1b11', 'new', 10, '2025-10-01');
-- name: insert from a query
INSERT INTO settings SELECT 'c' || id, name FROM customers WHERE country = 'SE' AND balance > 4000;
-- name: insert unless there
INSERT INTO settings VALUES ('mode', 'on') ON CONFLICT (key) DO UPDATE SET value = excluded.value;
-- name: update by key
UPDATE sales.orders SET status = 'shipped' WHERE id = 1234;
-- name: update through a join
UPDATE customers c SET balance = balance + o.total FROM sales.orders o WHERE o.customer_id = c.id AND o.status = 'returned' AND o.placed_at > '2025-08-01';
-- name: update events
UPDATE events SET kind = 'seen' WHERE at >= '2025-04-01' AND at < '2025-04-03' AND kind = 'view';
-- name: delete sessions
DELETE FROM web_sessions WHERE seen_at < '2025-08-01 10:00+00';
-- name: delete old orders
DELETE FROM sales.orders WHERE placed_at < '2023-02-01' AND status = 'returned';
