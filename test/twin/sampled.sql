CREATE TYPE mood AS ENUM ('calm', 'busy', 'closed');

CREATE TABLE buyers (
  id integer PRIMARY KEY,
  email text NOT NULL UNIQUE,
  name text NOT NULL,
  country text NOT NULL,
  city text NOT NULL,
  state mood NOT NULL,
  score numeric(8, 2),
  token uuid NOT NULL UNIQUE,
  tags text[] NOT NULL,
  document jsonb NOT NULL,
  joined timestamptz NOT NULL,
  left_on date,
  fingerprint bytea NOT NULL,
  note text,
  email_key text GENERATED ALWAYS AS (lower(email)) STORED
);
INSERT INTO buyers
SELECT n, 'user' || n || '@example.com', 'Name ' || md5(n::text), (ARRAY['DE', 'DE', 'DE', 'FR', 'FR', 'US'])[1 + n % 6],
  (ARRAY['Berlin', 'Hamburg', 'Munich', 'Paris', 'Lyon', 'Austin'])[1 + n % 6],
  (ARRAY['calm', 'calm', 'calm', 'busy'])[1 + n % 4]::mood, CASE WHEN n % 5 > 0 THEN round((random() ^ 3 * 1000)::numeric, 2) END,
  md5('t' || n)::uuid, CASE WHEN n % 3 = 0 THEN '{}' WHEN n % 3 = 1 THEN '{new}' ELSE ARRAY['new', 'tag' || n % 40] END,
  jsonb_build_object('size', n % 300, 'kind', 'a'), timestamptz '2024-01-01 00:00:00+00' + n * interval '17 minutes 3.7 seconds',
  CASE WHEN n % 4 = 0 THEN date '2025-01-01' + (random() * 300)::int END, decode(md5('f' || n), 'hex'),
  CASE WHEN n % 10 = 0 THEN repeat('long note ' || n || ' ', 12) END
FROM generate_series(1, 3000) AS n;

CREATE TABLE purchases (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  buyer_id integer NOT NULL REFERENCES buyers,
  payer_id integer REFERENCES buyers,
  placed_at timestamptz NOT NULL,
  shipped_at timestamptz,
  code text NOT NULL,
  weight double precision NOT NULL,
  rank_back integer NOT NULL,
  CONSTRAINT purchases_shipped CHECK (shipped_at > placed_at),
  CONSTRAINT purchases_code CHECK (code ~ '^[A-Z]{2}-[0-9]{4}$')
);
INSERT INTO purchases (buyer_id, payer_id, placed_at, shipped_at, code, weight, rank_back)
SELECT least(3000, 1 + floor(3000 * random() ^ 4))::int, CASE WHEN n % 3 = 0 THEN 1 + (random() * 2999)::int END, at,
  CASE WHEN n % 10 < 8 THEN at + interval '1 hour' + random() * interval '3 days' END,
  chr(65 + n % 7) || 'X-' || lpad((n % 2000)::text, 4, '0'), random() * 50, 20000 - n
FROM (SELECT n, timestamptz '2025-01-01 00:00:00+00' + n * interval '11 minutes' AS at FROM generate_series(1, 12000) AS n) AS s;

CREATE TABLE purchase_lines (
  purchase_id bigint REFERENCES purchases,
  line_no smallint,
  amount integer NOT NULL,
  PRIMARY KEY (purchase_id, line_no)
);
INSERT INTO purchase_lines
SELECT p.id, l, (random() * 20)::int FROM purchases AS p, generate_series(1, 1 + (p.id % 4)::int) AS l WHERE p.id % 5 > 0;

CREATE TABLE line_checks (purchase_id bigint NOT NULL, line_no smallint NOT NULL, result text NOT NULL,
  CONSTRAINT line_checks_line FOREIGN KEY (purchase_id, line_no) REFERENCES purchase_lines);
INSERT INTO line_checks
SELECT purchase_id, line_no, 'ok' FROM purchase_lines, generate_series(1, 3) AS k WHERE line_no < 3 AND (purchase_id + k) % 3 > 0;

CREATE TABLE groups (id integer PRIMARY KEY, title text NOT NULL UNIQUE);
INSERT INTO groups SELECT n, 'Group ' || n FROM generate_series(1, 40) AS n;
CREATE TABLE memberships (
  buyer_id integer REFERENCES buyers,
  group_id integer REFERENCES groups,
  PRIMARY KEY (buyer_id, group_id)
);
INSERT INTO memberships
SELECT DISTINCT b, 1 + floor(40 * random() ^ 2)::int FROM generate_series(1, 2000) AS b, generate_series(1, 4) AS k WHERE random() < 0.7;

CREATE TABLE passports (buyer_id integer PRIMARY KEY REFERENCES buyers, number text NOT NULL UNIQUE);
INSERT INTO passports SELECT n * 2, 'P' || lpad(n::text, 6, '0') FROM generate_series(1, 1200) AS n;

CREATE TABLE topics (id integer PRIMARY KEY, above integer REFERENCES topics, title text NOT NULL);
INSERT INTO topics SELECT n, CASE WHEN n > 20 THEN 1 + floor((n - 1) * random() ^ 2)::int END, 'Topic ' || n FROM generate_series(1, 1500) AS n;

CREATE TABLE teams (id integer PRIMARY KEY, lead integer, name text NOT NULL);
CREATE TABLE people (id integer PRIMARY KEY, team integer REFERENCES teams, name text NOT NULL);
INSERT INTO teams SELECT n, n * 3, 'Team ' || n FROM generate_series(1, 300) AS n;
INSERT INTO people SELECT n, CASE WHEN n % 10 > 0 THEN 1 + n % 300 END, 'Person ' || n FROM generate_series(1, 2500) AS n;
ALTER TABLE teams ADD CONSTRAINT teams_lead FOREIGN KEY (lead) REFERENCES people;

CREATE TABLE stays (room integer NOT NULL, during tstzrange NOT NULL, guest text, EXCLUDE USING gist (during WITH &&));
INSERT INTO stays SELECT n % 30, tstzrange(t, t + interval '50 minutes'), 'guest ' || n % 500
FROM (SELECT n, timestamptz '2025-01-01 00:00:00+00' + n * interval '1 hour' AS t FROM generate_series(1, 2000) AS n) AS s;

CREATE TABLE addresses (id integer PRIMARY KEY, buyer_id integer NOT NULL REFERENCES buyers, main boolean NOT NULL, street text NOT NULL);
INSERT INTO addresses SELECT n, 1 + n % 2500, n <= 2500, 'Street ' || n FROM generate_series(1, 4000) AS n;
CREATE UNIQUE INDEX addresses_main ON addresses (buyer_id) WHERE main;

CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no rows'; END $$;
CREATE TABLE guarded (id integer PRIMARY KEY, word text NOT NULL);
INSERT INTO guarded SELECT n, 'word ' || n % 7 FROM generate_series(1, 500) AS n;
CREATE TRIGGER guarded_refuse BEFORE INSERT ON guarded FOR EACH ROW EXECUTE FUNCTION refuse();

CREATE TABLE visits (id bigint NOT NULL, at timestamptz NOT NULL, kind text NOT NULL, PRIMARY KEY (at, id)) PARTITION BY RANGE (at);
CREATE TABLE visits_1 PARTITION OF visits FOR VALUES FROM ('2025-01-01') TO ('2025-02-01');
CREATE TABLE visits_2 PARTITION OF visits FOR VALUES FROM ('2025-02-01') TO ('2025-03-01');
CREATE TABLE visits_3 PARTITION OF visits FOR VALUES FROM ('2025-03-01') TO ('2025-04-01');
INSERT INTO visits SELECT n, timestamptz '2025-01-01 00:00:00+00' + n * interval '20 minutes', (ARRAY['view', 'view', 'click'])[1 + n % 3] FROM generate_series(1, 6000) AS n;

CREATE TABLE never (id integer PRIMARY KEY, word text);
CREATE STATISTICS buyers_place (mcv, dependencies, ndistinct) ON country, city FROM buyers;
VACUUM ANALYZE buyers, purchases, purchase_lines, line_checks, groups, memberships, passports, topics, teams, people, stays, addresses, guarded;
ANALYZE visits_1, visits_2, visits_3;
