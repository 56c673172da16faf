CREATE EXTENSION IF NOT EXISTS citext;
CREATE SCHEMA hr;
CREATE TABLE users (
  id bigint PRIMARY KEY,
  email text NOT NULL UNIQUE,
  name text NOT NULL DEFAULT 'Nobody Knowsgard',
  phone varchar(20),
  birthday date,
  last_ip inet,
  api_token uuid NOT NULL,
  iban text,
  city text NOT NULL,
  status text NOT NULL DEFAULT 'active',
  aliases text[] NOT NULL DEFAULT '{}',
  profile jsonb NOT NULL DEFAULT '{}',
  stay daterange,
  -- Nobody would guess it by its name; the comment says it.
  shoe numeric(10, 6),
  email_key text GENERATED ALWAYS AS (lower(email)) STORED,
  words tsvector GENERATED ALWAYS AS (to_tsvector('simple', name)) STORED,
  CONSTRAINT users_email_check CHECK (email <> 'rootmaster@knowsgard.test'),
  CONSTRAINT users_status_check CHECK (status IN ('active', 'blocked', 'gone'))
);
COMMENT ON COLUMN users.shoe IS 'Size [class: confidential]';
COMMENT ON COLUMN users.stay IS 'Nights [class: personal]';
COMMENT ON COLUMN users.aliases IS 'Other addresses [class: personal]';
COMMENT ON COLUMN users.city IS 'Where they are, asked by Petra.Knowsgard@insider.example [class: internal]';
CREATE TABLE logins (
  user_email text NOT NULL REFERENCES users (email),
  at timestamptz NOT NULL,
  -- Addresses that only the values show.
  remark text
);
CREATE TABLE hr.people (email text, arrival date) PARTITION BY RANGE (arrival);
COMMENT ON COLUMN hr.people.arrival IS 'Day of arrival [class: personal]';
CREATE TABLE hr.people_old PARTITION OF hr.people FOR VALUES FROM ('1940-01-01') TO ('1975-01-01');
CREATE TABLE hr.people_new PARTITION OF hr.people FOR VALUES FROM ('1975-01-01') TO ('2010-01-01');
CREATE TABLE archived_users () INHERITS (users);

INSERT INTO users (id, email, name, phone, birthday, last_ip, api_token, iban, city, status, aliases, profile, stay, shoe)
SELECT n, CASE WHEN n % 3 = 0 THEN initcap(first) ELSE first END || '.' || last || n || '@' || (ARRAY['knowsgard.test', 'windmere.test', 'oakhollow.test'])[1 + n % 3],
  initcap(first) || ' ' || initcap(last) || CASE WHEN n % 2 = 0 THEN ' ' || substr(md5(n::text), 1, 6) ELSE '' END,
  '+49 ' || (150 + n % 20) || ' ' || lpad((n * 7919 % 10000000)::text, 7, '0'),
  date '1950-01-01' + (n * 37 % 18000), ('84.17.' || n % 250 || '.' || n * 13 % 250)::inet, md5('token' || n)::uuid,
  'DE' || lpad((n * 31 % 97)::text, 2, '0') || lpad((n * 104729::bigint)::text, 18, '3'), 'City ' || n % 40, (ARRAY['active', 'active', 'blocked', 'gone'])[1 + n % 4],
  CASE WHEN n % 5 = 0 THEN ARRAY[first || n % 300 || '@nickname.test', 'shared.inbox@knowsgard.test'] ELSE '{}' END,
  jsonb_build_object('contact', first || '.' || n % 50 || '@profile.test', 'lang', (ARRAY['en', 'de'])[1 + n % 2], 'pin', 700000 + n % 90),
  daterange(date '1900-01-01' + n * 97 % 40000, date '1900-01-03' + n * 97 % 40000 + n % 9), 30 + (n::bigint * 1777771 % 20000000) / 1000000.0
FROM (SELECT n, (ARRAY['aurelia', 'bertrand', 'clothilde', 'désirée', 'eginhard', 'florentine', 'gundula', 'hieronymus', 'isolde', 'jürgen'])[1 + (n * n) % 10] AS first,
        (ARRAY['knowsgard', 'windmere', 'oakhollow', 'thistlewood', 'ravenscroft', 'ångström', 'øverland'])[1 + n % 7] AS last
      FROM generate_series(1, :rows) AS n) AS drawn;
INSERT INTO archived_users (id, email, name, api_token, city) SELECT n, 'former' || n || '@archive.test', 'Formerly Windmere' || n, md5('old' || n)::uuid, 'City 1' FROM generate_series(1, 300) AS n;
INSERT INTO logins SELECT email, timestamptz '2024-01-01 00:00+00' + id * interval '7 minutes', CASE WHEN id % 4 = 0 THEN 'mailed ' || email END FROM ONLY users WHERE id % 2 = 0;
INSERT INTO logins SELECT email, timestamptz '2025-01-01 00:00+00' + id * interval '1 minute', NULL FROM ONLY users, generate_series(1, 30) WHERE id <= 20;
INSERT INTO hr.people SELECT email, birthday FROM ONLY users;

CREATE INDEX users_email_lower_idx ON users (lower(email));
CREATE INDEX users_name_idx ON users (name);
CREATE INDEX users_name_pattern_idx ON users (name text_pattern_ops);
CREATE INDEX users_birthday_idx ON users (birthday);
CREATE INDEX users_words_idx ON users USING gin (words);
CREATE INDEX users_windmere_idx ON users (id) WHERE email LIKE 'aurelia.windmere%' AND status = 'active';
CREATE INDEX users_born_late_idx ON users (id) WHERE birthday > '1990-06-15';
CREATE INDEX logins_user_email_idx ON logins (user_email);
CREATE VIEW contacts AS SELECT id, name AS who, email AS mail FROM users WHERE name <> 'Bertrand Windmere';
CREATE MATERIALIZED VIEW mailing AS SELECT lower(email) AS target, city FROM users WHERE status = 'active';
CREATE STATISTICS users_name_city (mcv) ON name, city FROM users;
CREATE STATISTICS users_upper ON upper(name), city FROM users;
CREATE FUNCTION is_boss(who text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
  -- Ask Gundula.Thistlewood@insider.example
  RETURN who = 'chief@windmere.test';
END $$;
ANALYZE;
