SELECT setseed(0.4711);

INSERT INTO customers (id, email, name, country, city, active, tags, profile, referred_by, birthday, balance, created_at, deleted_at)
SELECT n, 'user' || n || '@' || (ARRAY['example.com', 'example.org', 'mail.example'])[1 + floor(power(random(), 2) * 3)::int],
  (ARRAY['Anna', 'Bo', 'Carla', 'David', 'Eva', 'Frank', 'Gül', 'Hans', 'Ines', 'Jürgen', 'Kim', 'Lena'])[1 + floor(random() * 12)::int]
    || ' ' || (ARRAY['Smith', 'Meyer', 'García', 'Øster', 'Lee', 'Novák', 'Rossi', 'Brown', 'Smythe', 'Ångström'])[1 + floor(power(random(), 1.5) * 10)::int]
    || CASE WHEN random() < 0.7 THEN ' ' || substr(md5(n::text), 1, 5) ELSE '' END,
  (ARRAY['DE', 'US', 'FR', 'SE', 'JP', 'BR', 'IN', 'NL'])[c], 'City ' || (c * 100 + floor(power(random(), 2) * 12)),
  random() < 0.93,
  (ARRAY['new', 'gold', 'silver', 'b2b', 'blocked', 'press', 'staff', 'beta'])[1:floor(power(random(), 2) * 5)::int]
    || CASE WHEN random() < 0.2 THEN ARRAY['t' || floor(power(400, random()))] ELSE '{}' END,
  jsonb_build_object('lang', (ARRAY['en', 'de', 'fr', 'sv'])[1 + floor(power(random(), 2) * 4)::int], 'score', floor(random() * 100))
    || CASE WHEN random() < 0.1 THEN '{"newsletter": true}'::jsonb ELSE '{}' END,
  CASE WHEN n > 10 AND random() < 0.3 THEN 1 + floor(power(n - 1, random()))::bigint END,
  CASE WHEN random() < 0.8 THEN date '1950-01-01' + floor(random() * 20000)::int END,
  round((random() * random() * 5000)::numeric, 2),
  timestamptz '2022-01-01 00:00+00' + n * interval '90 minutes' + random() * interval '1 hour',
  CASE WHEN random() < 0.04 THEN timestamptz '2025-01-01 00:00+00' + random() * interval '300 days' END
FROM (SELECT n, 1 + floor(power(random(), 2) * 8)::int AS c FROM generate_series(1, :customers) AS n) AS drawn;

INSERT INTO categories
SELECT n, CASE WHEN n > 8 THEN 1 + floor((n - 1) / 6)::int END, 'Category ' || n FROM generate_series(1, 200) AS n;

INSERT INTO products (id, sku, category_id, name, description, price, weight, sold_in, attributes, sizes)
SELECT n, 'SKU-' || lpad(n::text, 6, '0'), 1 + floor(power(random(), 2) * 200)::int,
  initcap(w[1 + floor(power(random(), 2) * 20)::int] || ' ' || w[1 + floor(random() * 20)::int]),
  (SELECT string_agg(w[1 + floor(power(random(), 1.5) * 20)::int] || CASE WHEN n % 7 = k % 7 THEN k::text ELSE '' END, ' ') FROM generate_series(1, 8) AS k),
  round((2 + power(random(), 3) * 900)::numeric, 2), CASE WHEN random() < 0.6 THEN random() * 40 END,
  daterange(date '2020-01-01' + floor(random() * 1500)::int, CASE WHEN random() < 0.3 THEN NULL ELSE date '2024-06-01' + floor(random() * 600)::int END),
  jsonb_build_object('color', (ARRAY['red', 'blue', 'green', 'black', 'white'])[1 + floor(power(random(), 2) * 5)::int], 'size', floor(random() * 50), 'maker', 'm' || floor(power(80, random()))),
  ARRAY(SELECT DISTINCT floor(power(random(), 2) * 30)::int FROM generate_series(1, 1 + n % 4))
FROM generate_series(1, :products) AS n, (SELECT string_to_array('table chair lamp desk shelf mirror carpet pillow blanket clock vase frame bowl plate knife spoon glass bottle basket candle', ' ') AS w) AS words;

INSERT INTO warehouses SELECT n, 'Warehouse ' || n, point(n * 3 % 17, n * 5 % 11) FROM generate_series(1, 12) AS n;

INSERT INTO stock
SELECT p, w, floor(power(random(), 3) * 400)::int, CASE WHEN random() < 0.9 THEN date '2025-01-01' + floor(random() * 300)::int END
FROM generate_series(1, :products) AS p, generate_series(1, 12) AS w WHERE (p + w) % 4 <> 0 AND (w <= 4 OR p % 5 = 0);

INSERT INTO sales.orders (id, customer_id, reference, status, total, paid, note, placed_at, shipped_at, delivered_at)
SELECT n, floor(power(:customers, random()))::bigint, md5('o' || n)::uuid,
  (ARRAY['delivered', 'shipped', 'paid', 'new', 'returned', 'packed'])[1 + floor(power(random(), 3) * 6)::int]::order_status,
  round((5 + power(random(), 4) * 3000)::numeric, 2),
  CASE WHEN random() < 0.5 THEN ROW(round((random() * 100)::numeric, 2), 'EUR')::money_amount END,
  CASE WHEN random() < 0.08 THEN 'note ' || md5(n::text) END, placed,
  CASE WHEN random() < 0.85 THEN placed + interval '4 hours' + power(random(), 2) * interval '9 days' END,
  CASE WHEN random() < 0.8 THEN placed + interval '2 days' + power(random(), 2) * interval '20 days' END
FROM (SELECT n, timestamptz '2023-01-01 00:00+00' + n * (interval '1000 days' / :orders) + random() * interval '3 days' AS placed FROM generate_series(1, :orders) AS n) AS drawn;

INSERT INTO sales.order_lines
SELECT o, l, s.product_id, s.warehouse_id, 1 + floor(power(random(), 4) * 20)::int, round((2 + power(random(), 3) * 900)::numeric, 2)
FROM (SELECT o, l, 1 + floor(power(:stock_rows, random()))::int AS pick FROM generate_series(1, :orders) AS o, generate_series(1, 1 + o % 4) AS l) AS drawn
  JOIN (SELECT row_number() OVER (ORDER BY md5(product_id || '.' || warehouse_id)) AS no, product_id, warehouse_id FROM stock) AS s ON s.no = pick;

INSERT INTO events
SELECT n, timestamptz '2025-01-01 00:00+00' + (n::float8 / :events * (:days - 0.1) + random() * 0.05) * interval '1 day',
  CASE WHEN random() < 0.9 THEN floor(power(:customers, random()))::bigint END,
  (ARRAY['view', 'view', 'view', 'cart', 'buy', 'leave'])[1 + floor(random() * 6)::int],
  CASE WHEN random() < 0.4 THEN jsonb_build_object('page', '/p/' || floor(power(500, random())), 'ms', floor(random() * 900)) END
FROM generate_series(1, :events) AS n;

INSERT INTO measurements
SELECT (ARRAY['north', 'north', 'north', 'south', 'east', 'west', 'centre'])[1 + floor(random() * 7)::int], floor(power(300, random()))::int,
  timestamp '2025-01-01 00:00' + n * interval '5 minutes', random() * 100 + sin(n)
FROM generate_series(1, :measurements) AS n;

INSERT INTO documents SELECT n, 'Document ' || n, 1 + n % 40, date '2024-01-01' + n % 500 FROM generate_series(1, 1500) AS n;
INSERT INTO invoices SELECT n, 'Invoice ' || n, 1 + n % 90, date '2024-01-01' + n % 600, round((random() * 1000)::numeric, 2), date '2024-02-01' + n % 600 FROM generate_series(2001, 6000) AS n;
INSERT INTO contracts SELECT n, 'Contract ' || n, 1 + n % 12, date '2023-01-01' + n % 900, 'Partner ' || n % 77, n % 9 FROM generate_series(7001, 8200) AS n;

INSERT INTO bookings
SELECT n, n % 60, CASE WHEN n % 3 > 0 THEN 'guest ' || n % 700 END,
  tstzrange(timestamptz '2025-01-01 00:00+00' + (n / 60) * interval '3 days', timestamptz '2025-01-01 00:00+00' + (n / 60) * interval '3 days' + (1 + n % 5) * interval '12 hours')
FROM generate_series(1, 4000) AS n;

INSERT INTO places
SELECT n, 'place/' || (n % 40) || '/' || md5(n::text), point(x, y), box(point(x, y), point(x + random() * 3, y + random() * 3)),
  ('10.' || n % 200 || '.' || n % 250 || '.' || n % 240)::inet
FROM (SELECT n, random() * 360 - 180 AS x, random() * 180 - 90 AS y FROM generate_series(1, 5000) AS n) AS drawn;

INSERT INTO tickets
SELECT tenant, row_number() OVER (PARTITION BY tenant), 'Ticket ' || n, (ARRAY['open', 'waiting', 'closed', 'closed', 'closed'])[1 + floor(random() * 5)::int],
  CASE WHEN random() < 0.7 THEN 'agent' || floor(power(60, random())) END, 1 + floor(power(random(), 2) * 5)::int,
  timestamptz '2024-06-01 00:00+00' + n * interval '40 minutes'
FROM (SELECT n, floor(power(150, random()))::int AS tenant FROM generate_series(1, 9000) AS n) AS drawn;
INSERT INTO ticket_comments
SELECT tenant_id, id, no, 'Comment ' || md5(id::text || no), opened_at + no * interval '3 hours'
FROM tickets, generate_series(1, 3) AS no WHERE (id + tenant_id) % 3 <> 0 AND no <= 1 + id % 3;

INSERT INTO imports SELECT n, n / 100, 'line ' || md5(n::text) FROM generate_series(1, 3000) AS n;
INSERT INTO web_sessions SELECT md5('s' || n)::uuid, floor(power(:customers, random()))::bigint, timestamptz '2025-08-01 00:00+00' + n * interval '1 minute' FROM generate_series(1, 4000) AS n;
INSERT INTO "Odd Schema"."Odd ""Table"" 名"
SELECT n, (ARRAY['a', 'b ''quoted''', 'c "double"', 'd \back', 'é, comma', '{brace}'])[1 + n % 6], CASE WHEN n % 4 > 0 THEN n * 1.5 END, date '2025-01-01' + n % 365 FROM generate_series(1, 2000) AS n;
