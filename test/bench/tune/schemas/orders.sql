-- Orders as an analyst and a shop see them: facts of different width, small dimensions, a few customers and parts that most rows speak of.
SELECT setseed(0.42);
CREATE TABLE regions (id int PRIMARY KEY, name text NOT NULL);
INSERT INTO regions SELECT n, 'region ' || n FROM generate_series(1, 6) n;

CREATE TABLE nations (id int PRIMARY KEY, region_id int NOT NULL REFERENCES regions, name text NOT NULL, code char(2) NOT NULL);
INSERT INTO nations SELECT n, 1 + n % 6, 'nation ' || n, chr(65 + n % 26) || chr(65 + n / 26) FROM generate_series(1, 40) n;

CREATE TABLE customers (
  id int PRIMARY KEY, name text NOT NULL, nation_id int NOT NULL, segment text NOT NULL, email text NOT NULL, phone text NOT NULL,
  balance numeric(12, 2) NOT NULL, joined_on date NOT NULL, note text);
INSERT INTO customers
  SELECT n, 'Customer ' || lpad(n::text, 7, '0'), 1 + floor(40 * power(random(), 2))::int, (ARRAY['household', 'household', 'builder', 'machines', 'furniture', 'vehicles'])[1 + floor(6 * random())::int],
         'customer' || n || '@mail' || n % 17 || '.example', (10 + floor(40 * power(random(), 2))::int) || '-' || lpad(floor(1e7 * random())::int::text, 7, '0'),
         round((11000 * random() - 1000)::numeric, 2), date '2019-01-01' + floor(2500 * random())::int, repeat('note ', 2 + n % 12)
    FROM generate_series(1, :orders / 6) n;

CREATE TABLE suppliers (id int PRIMARY KEY, name text NOT NULL, nation_id int NOT NULL, balance numeric(12, 2) NOT NULL, rating int, note text);
INSERT INTO suppliers
  SELECT n, 'Supplier ' || n, 1 + floor(40 * random())::int, round((11000 * random() - 1000)::numeric, 2), CASE WHEN n % 7 > 0 THEN 1 + n % 5 END, repeat('terms ', 5 + n % 9)
    FROM generate_series(1, :orders / 100) n;

CREATE TABLE parts (
  id int PRIMARY KEY, sku text NOT NULL, name text NOT NULL, brand text NOT NULL, kind text NOT NULL, size int NOT NULL, container text NOT NULL, price numeric(10, 2) NOT NULL,
  active boolean NOT NULL, note text);
INSERT INTO parts
  SELECT n, 'SKU-' || lpad((n * 7919 % 1000003)::text, 8, '0'), (ARRAY['steel', 'brass', 'copper', 'green', 'azure', 'linen', 'misty'])[1 + floor(7 * random())::int] || ' ' || (ARRAY['bolt', 'valve', 'gear', 'hinge', 'lamp'])[1 + floor(5 * random())::int] || ' ' || n,
         'Brand ' || 10 + floor(45 * power(random(), 1.5))::int, (ARRAY['plated', 'polished', 'brushed', 'raw'])[1 + floor(4 * random())::int] || ' ' || (ARRAY['small', 'medium', 'large', 'promo'])[1 + floor(4 * random())::int],
         1 + floor(50 * random())::int, (ARRAY['box', 'bag', 'can', 'drum', 'jar'])[1 + floor(5 * random())::int], round((2000 * random() + 1)::numeric, 2), random() < 0.9, repeat('made of ', 3 + n % 5)
    FROM generate_series(1, :orders / 5) n;

CREATE TABLE part_suppliers (part_id int, supplier_id int, available int NOT NULL, cost numeric(10, 2) NOT NULL, note text, PRIMARY KEY (part_id, supplier_id));
INSERT INTO part_suppliers
  SELECT p, 1 + (p * 13 + k * 31) % (:orders / 100), floor(10000 * random())::int, round((1000 * random() + 1)::numeric, 2), repeat('lead time ', 4 + k)
    FROM generate_series(1, :orders / 5) p, generate_series(0, 3) k;

CREATE TABLE stores (id int PRIMARY KEY, nation_id int NOT NULL, name text NOT NULL, opened_on date NOT NULL, area int NOT NULL);
INSERT INTO stores SELECT n, 1 + n % 40, 'Store ' || n, date '2010-01-01' + n * 20, 200 + n % 1800 FROM generate_series(1, 120) n;

CREATE TABLE promotions (id int PRIMARY KEY, name text NOT NULL, channel text NOT NULL, begins_on date NOT NULL, ends_on date NOT NULL);
INSERT INTO promotions SELECT n, 'Promotion ' || n, (ARRAY['mail', 'web', 'radio'])[1 + n % 3], date '2022-01-01' + n * 4, date '2022-01-01' + n * 4 + 20 FROM generate_series(1, 300) n;

-- A row for each order, by day; most are done, the youngest are open.
CREATE TABLE orders (
  id bigint PRIMARY KEY, customer_id int NOT NULL, state text NOT NULL, total numeric(12, 2) NOT NULL, placed_on date NOT NULL, priority text NOT NULL, clerk text NOT NULL,
  channel text NOT NULL, store_id int, promotion_id int, note text);
INSERT INTO orders
  SELECT n, 1 + floor((:orders / 6) * power(random(), 3))::int, CASE WHEN n > :orders * 0.97 THEN 'open' WHEN random() < 0.02 THEN 'cancelled' WHEN random() < 0.01 THEN 'disputed' ELSE 'done' END,
         round((400 * power(random(), 2) * 1000 + 10)::numeric, 2), date '2022-01-01' + (n * 1400 / :orders)::int, (ARRAY['urgent', 'high', 'medium', 'low', 'none'])[1 + floor(5 * random())::int],
         'clerk ' || 1 + floor(1000 * random())::int, (ARRAY['web', 'web', 'web', 'store', 'phone'])[1 + floor(5 * random())::int], CASE WHEN random() < 0.2 THEN 1 + floor(120 * random())::int END,
         CASE WHEN random() < 0.05 THEN 1 + floor(300 * random())::int END, CASE WHEN random() < 0.3 THEN repeat('please ', 3 + n % 6) END
    FROM generate_series(1, :orders) n;

CREATE TABLE order_lines (
  order_id bigint NOT NULL, line int NOT NULL, part_id int NOT NULL, supplier_id int NOT NULL, quantity int NOT NULL, price numeric(12, 2) NOT NULL, discount numeric(4, 2) NOT NULL,
  tax numeric(4, 2) NOT NULL, returned char(1) NOT NULL, state char(1) NOT NULL, shipped_on date NOT NULL, committed_on date NOT NULL, received_on date NOT NULL, mode text NOT NULL,
  instructions text NOT NULL, PRIMARY KEY (order_id, line));
INSERT INTO order_lines
  SELECT o.id, l.line, l.part, 1 + (l.part * 13 + (l.line % 4) * 31) % (:orders / 100), 1 + floor(50 * random())::int, round((90000 * random() + 900)::numeric, 2), round((0.1 * random())::numeric, 2),
         round((0.08 * random())::numeric, 2), CASE WHEN random() < 0.03 THEN 'R' WHEN random() < 0.5 THEN 'A' ELSE 'N' END, CASE WHEN o.state = 'open' THEN 'O' ELSE 'F' END,
         o.placed_on + l.days, o.placed_on + 30 + l.line * 9, o.placed_on + l.days + 1 + floor(30 * random())::int, (ARRAY['air', 'rail', 'ship', 'truck', 'mail', 'own', 'reg'])[1 + floor(7 * random())::int],
         (ARRAY['in person', 'collect', 'none', 'take back'])[1 + floor(4 * random())::int]
    FROM orders o, LATERAL (SELECT line, 1 + floor((:orders / 5) * power(random(), 2))::int AS part, 1 + floor(120 * random())::int AS days FROM generate_series(1, (1 + o.id % 7)::int) line) l;

CREATE TABLE payments (id bigint PRIMARY KEY, order_id bigint NOT NULL, method text NOT NULL, amount numeric(12, 2) NOT NULL, paid_at timestamptz NOT NULL, state text NOT NULL, reference text);
INSERT INTO payments
  SELECT n, 1 + (n * 7 % :orders), (ARRAY['card', 'card', 'card', 'transfer', 'cash'])[1 + floor(5 * random())::int], round((100000 * random())::numeric, 2),
         timestamptz '2022-01-01 00:00+00' + n * interval '1 minute' * (1400 * 1440.0 / :orders), CASE WHEN random() < 0.015 THEN 'failed' WHEN random() < 0.01 THEN 'pending' ELSE 'booked' END, md5(n::text)
    FROM generate_series(1, :orders) n;

CREATE TABLE shipments (id bigint PRIMARY KEY, order_id bigint NOT NULL, carrier text NOT NULL, state text NOT NULL, sent_at timestamptz NOT NULL, delivered_at timestamptz, tracking text NOT NULL);
INSERT INTO shipments
  SELECT n, n, (ARRAY['north', 'north', 'north', 'south', 'blue'])[1 + floor(5 * random())::int], CASE WHEN n > :orders * 0.95 THEN 'on the way' WHEN random() < 0.005 THEN 'lost' ELSE 'delivered' END,
         timestamptz '2022-01-02 00:00+00' + n * interval '1 minute' * (1400 * 1440.0 / :orders), CASE WHEN n <= :orders * 0.95 THEN timestamptz '2022-01-04 00:00+00' + n * interval '1 minute' * (1400 * 1440.0 / :orders) END,
         'T' || upper(substr(md5('t' || n), 1, 14))
    FROM generate_series(1, (:orders * 0.98)::int) n;

CREATE TABLE returns (id bigint PRIMARY KEY, order_id bigint NOT NULL, line int NOT NULL, reason text NOT NULL, quantity int NOT NULL, returned_on date NOT NULL);
INSERT INTO returns
  SELECT n, 1 + floor(:orders * random())::bigint, 1, (ARRAY['broken', 'late', 'wrong', 'unwanted', 'unwanted', 'unwanted'])[1 + floor(6 * random())::int], 1 + floor(5 * random())::int, date '2022-01-10' + (n * 1400 / (:orders / 6))::int
    FROM generate_series(1, :orders / 6) n;

-- Appended by time; every tenth belongs to somebody known.
CREATE TABLE visits (id bigint PRIMARY KEY, customer_id int, at timestamptz NOT NULL, page text NOT NULL, source text NOT NULL, device text NOT NULL, seconds int NOT NULL, converted boolean NOT NULL);
INSERT INTO visits
  SELECT n, CASE WHEN random() < 0.4 THEN 1 + floor((:orders / 6) * power(random(), 3))::int END, timestamptz '2025-01-01 00:00+00' + n * interval '1 second' * (26000000.0 / (:orders * 5 / 2)),
         '/page/' || floor(400 * power(random(), 3))::int, (ARRAY['search', 'search', 'mail', 'direct', 'ads'])[1 + floor(5 * random())::int], (ARRAY['phone', 'phone', 'desktop', 'tablet'])[1 + floor(4 * random())::int],
         floor(600 * power(random(), 3))::int, random() < 0.02
    FROM generate_series(1, :orders * 5 / 2) n;

CREATE TABLE stock_days (day date, part_id int, store_id int, on_hand int NOT NULL, PRIMARY KEY (day, part_id, store_id));
INSERT INTO stock_days
  SELECT date '2025-01-01' + d, p, 1 + (p * 7 + d * 3) % 120, CASE WHEN random() < 0.03 THEN 0 ELSE floor(500 * random())::int END
    FROM generate_series(0, 49) d, generate_series(1, :orders / 5, 8) p;

CREATE TABLE reviews (id bigint PRIMARY KEY, part_id int NOT NULL, customer_id int NOT NULL, stars int NOT NULL, body text NOT NULL, created_at timestamptz NOT NULL, hidden boolean NOT NULL);
INSERT INTO reviews
  SELECT n, 1 + floor((:orders / 5) * power(random(), 4))::int, 1 + floor((:orders / 6) * random())::int, 1 + floor(5 * sqrt(random()))::int, repeat((ARRAY['works well ', 'broke soon ', 'as shown '])[1 + n % 3], 3 + n % 11),
         timestamptz '2023-01-01 00:00+00' + n * interval '1 hour' * (24000.0 / (:orders / 3)), random() < 0.01
    FROM generate_series(1, :orders / 3) n;

-- Left behind by the years: one that the primary key covers, one that another one covers, and some that nobody asks for.
CREATE INDEX order_lines_order_idx ON order_lines (order_id);
CREATE INDEX customers_nation_idx ON customers (nation_id);
CREATE INDEX customers_nation_segment_idx ON customers (nation_id, segment);
CREATE INDEX orders_clerk_idx ON orders (clerk);
CREATE INDEX parts_container_idx ON parts (container);
VACUUM ANALYZE;
