CREATE TABLE orders (id bigint, note text NOT NULL, tags text[], at timestamptz, n numeric);
INSERT INTO orders SELECT n, repeat('x', n % 50), CASE WHEN n % 3 = 0 THEN ARRAY['a'] END, now(), n / 7.0 FROM generate_series(1, 5000) n;
VACUUM (ANALYZE) orders;
