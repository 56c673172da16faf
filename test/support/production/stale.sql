INSERT INTO sales.orders (id, customer_id, reference, status, total, note, placed_at, shipped_at)
SELECT :orders + n, floor(power(:customers, random()))::bigint, md5('o' || :orders + n)::uuid, (ARRAY['new', 'paid'])[1 + n % 2]::order_status,
  round((5 + power(random(), 4) * 3000)::numeric, 2), NULL, timestamptz '2025-09-30 00:00+00' + n * interval '6 minutes',
  CASE WHEN n % 3 = 0 THEN timestamptz '2025-09-30 05:00+00' + n * interval '6 minutes' END
FROM generate_series(1, :orders / 10) AS n;
INSERT INTO sales.order_lines
SELECT :orders + 1 + n / 2, 1 + n % 2, s.product_id, s.warehouse_id, 1 + n % 3, 9.9
FROM generate_series(0, :orders / 5 - 1) AS n JOIN (SELECT row_number() OVER (ORDER BY product_id, warehouse_id) AS no, * FROM stock) AS s ON s.no = 1 + n % :stock_rows;
INSERT INTO customers (id, email, name, country, city, created_at)
SELECT :customers + n, 'late' || n || '@example.net', 'Zoë Late ' || n, 'NL', 'City 900', timestamptz '2026-01-01 00:00+00' + n * interval '10 minutes'
FROM generate_series(1, :customers / 10) AS n;
INSERT INTO events SELECT :events + n, timestamptz '2025-08-28 00:00+00' + n * interval '20 seconds', n % 900, 'view', NULL FROM generate_series(1, :events / 10) AS n;
INSERT INTO measurements SELECT 'south', n % 300, timestamp '2025-06-01 00:00' + n * interval '5 minutes', 50 FROM generate_series(1, :measurements / 10) AS n;
INSERT INTO web_sessions SELECT md5('late' || n)::uuid, n, timestamptz '2025-09-01 00:00+00' + n * interval '1 minute' FROM generate_series(1, 400) AS n;
