-- An application of many tenants, one of which has a third of all rows: rows marked as deleted, open documents, labels, texts to search, queues, and events that are only appended.
SELECT setseed(0.24);
CREATE TABLE tenants (id int PRIMARY KEY, name text NOT NULL, plan text NOT NULL, created_at timestamptz NOT NULL, deleted_at timestamptz);
INSERT INTO tenants SELECT n, 'Tenant ' || n, (ARRAY['free', 'free', 'team', 'business'])[1 + n % 4], timestamptz '2021-01-01 00:00+00' + n * interval '2 days', CASE WHEN n % 19 = 0 THEN timestamptz '2025-01-01 00:00+00' END FROM generate_series(1, 400) n;

CREATE TABLE users (
  id bigint PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants, email text NOT NULL, name text NOT NULL, role text NOT NULL, state text NOT NULL, settings jsonb NOT NULL, created_at timestamptz NOT NULL,
  last_seen_at timestamptz, deleted_at timestamptz);
INSERT INTO users
  SELECT n, CASE WHEN random() < 0.3 THEN 1 ELSE 1 + floor(400 * power(random(), 2))::int END, 'User' || n || '@Company' || n % 400 || '.example', (ARRAY['Ada', 'Ben', 'Chi', 'Dora', 'Eli'])[1 + n % 5] || ' ' || md5(n::text),
         CASE WHEN n % 50 = 0 THEN 'admin' WHEN n % 11 = 0 THEN 'guest' ELSE 'member' END, CASE WHEN random() < 0.04 THEN 'invited' ELSE 'active' END,
         jsonb_build_object('theme', (ARRAY['light', 'light', 'dark'])[1 + floor(3 * random())::int], 'locale', (ARRAY['en', 'de', 'fr', 'pt'])[1 + floor(4 * power(random(), 2))::int], 'beta', random() < 0.01),
         timestamptz '2021-01-01 00:00+00' + n * interval '1 hour' * (40000.0 / (:tickets / 4)), CASE WHEN random() < 0.8 THEN timestamptz '2026-01-01 00:00+00' - interval '1 day' * 700 * power(random(), 3) END,
         CASE WHEN random() < 0.07 THEN timestamptz '2025-06-01 00:00+00' END
    FROM generate_series(1, :tickets / 4) n;

CREATE TABLE teams (id int PRIMARY KEY, tenant_id int NOT NULL, name text NOT NULL);
INSERT INTO teams SELECT n, 1 + n % 400, 'Team ' || n FROM generate_series(1, 2000) n;

CREATE TABLE team_members (team_id int, user_id bigint, role text NOT NULL, PRIMARY KEY (team_id, user_id));
INSERT INTO team_members SELECT 1 + floor(2000 * random())::int, n, CASE WHEN n % 20 = 0 THEN 'lead' ELSE 'member' END FROM generate_series(1, :tickets / 4) n;

CREATE TABLE projects (id int PRIMARY KEY, tenant_id int NOT NULL, team_id int, name text NOT NULL, state text NOT NULL, created_at timestamptz NOT NULL, archived_at timestamptz);
INSERT INTO projects
  SELECT n, CASE WHEN random() < 0.3 THEN 1 ELSE 1 + floor(400 * power(random(), 2))::int END, 1 + n % 2000, 'Project ' || n, CASE WHEN n % 9 = 0 THEN 'paused' ELSE 'running' END,
         timestamptz '2021-01-01 00:00+00' + n * interval '4 hours', CASE WHEN random() < 0.4 THEN timestamptz '2025-01-01 00:00+00' END
    FROM generate_series(1, :tickets / 16) n;

CREATE TABLE tickets (
  id bigint PRIMARY KEY, tenant_id int NOT NULL, project_id int NOT NULL, number int NOT NULL, title text NOT NULL, body text NOT NULL, state text NOT NULL, priority int NOT NULL, assignee_id bigint,
  reporter_id bigint NOT NULL, labels text[] NOT NULL, fields jsonb NOT NULL, due_on date, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL, closed_at timestamptz, deleted_at timestamptz);
INSERT INTO tickets
  SELECT n, p.tenant_id, p.id, n, initcap(word || ' ' || other) || ' does not ' || (ARRAY['load', 'open', 'save', 'print'])[1 + floor(4 * random())::int] || ' ' || n, repeat(word || ' and ' || other || ' of ', 4 + n % 9), s.state,
         1 + floor(5 * power(random(), 0.5))::int, CASE WHEN random() < 0.7 THEN 1 + floor((:tickets / 4) * power(random(), 2))::bigint END, 1 + floor((:tickets / 4) * power(random(), 1.5))::bigint,
         CASE WHEN random() < 0.5 THEN ARRAY['label ' || floor(60 * power(random(), 2))::int, (ARRAY['bug', 'bug', 'bug', 'wish', 'question', 'security'])[1 + floor(6 * random())::int]] ELSE ARRAY[]::text[] END,
         jsonb_build_object('source', (ARRAY['mail', 'web', 'web', 'api'])[1 + floor(4 * random())::int], 'browser', floor(30 * power(random(), 2))::int, 'customer', 'c' || floor(5000 * random())::int, 'urgent', random() < 0.01),
         CASE WHEN random() < 0.3 THEN date '2025-06-01' + floor(400 * random())::int END, at, at + interval '1 day' * 60 * random(), CASE WHEN s.state IN ('closed', 'rejected') THEN at + interval '1 day' * 30 * random() END,
         CASE WHEN random() < 0.05 THEN at + interval '90 days' END
    FROM generate_series(1, :tickets) n,
         LATERAL (SELECT 1 + floor((:tickets / 16) * power(random(), 2))::int + n * 0 AS project, (ARRAY['screen', 'invoice', 'export', 'filter', 'report', 'login', 'search', 'upload'])[1 + floor(8 * power(random(), 2))::int + n * 0] AS word,
                         'item' || floor(700 * power(random(), 2))::int + n * 0 AS other, timestamptz '2022-01-01 00:00+00' + n * interval '1 minute' * (2000000.0 / :tickets) AS at) r
    JOIN projects p ON p.id = r.project,
         LATERAL (SELECT CASE WHEN n > :tickets * 0.96 THEN (ARRAY['open', 'open', 'waiting'])[1 + n % 3] WHEN random() < 0.01 THEN 'open' WHEN random() < 0.08 THEN 'rejected' ELSE 'closed' END AS state) s;

CREATE TABLE comments (id bigint PRIMARY KEY, ticket_id bigint NOT NULL, author_id bigint NOT NULL, body text NOT NULL, internal boolean NOT NULL, created_at timestamptz NOT NULL, deleted_at timestamptz);
INSERT INTO comments
  SELECT n, 1 + floor(:tickets * power(random(), 0.6))::bigint, 1 + floor((:tickets / 4) * power(random(), 2))::bigint, repeat('thank you for looking into it ', 1 + n % 6), random() < 0.2,
         timestamptz '2022-01-02 00:00+00' + n * interval '1 minute' * (2000000.0 / (:tickets * 2)), CASE WHEN random() < 0.03 THEN timestamptz '2025-12-01 00:00+00' END
    FROM generate_series(1, :tickets * 2) n;

CREATE TABLE ticket_links (from_id bigint, to_id bigint, kind text NOT NULL, PRIMARY KEY (from_id, to_id));
INSERT INTO ticket_links SELECT n * 4, 1 + floor(:tickets * random())::bigint, (ARRAY['blocks', 'relates', 'relates'])[1 + n % 3] FROM generate_series(1, :tickets / 5) n;

CREATE TABLE watchers (ticket_id bigint, user_id bigint, since timestamptz NOT NULL, PRIMARY KEY (ticket_id, user_id));
INSERT INTO watchers
  SELECT 1 + floor(:tickets * random())::bigint, 1 + floor((:tickets / 4) * power(random(), 3))::bigint, timestamptz '2025-01-01 00:00+00' FROM generate_series(1, :tickets * 3 / 2) n ON CONFLICT DO NOTHING;

CREATE TABLE attachments (id bigint PRIMARY KEY, ticket_id bigint NOT NULL, name text NOT NULL, mime text NOT NULL, bytes int NOT NULL, checksum text NOT NULL, created_at timestamptz NOT NULL);
INSERT INTO attachments
  SELECT n, 1 + floor(:tickets * random())::bigint, 'file' || n || '.bin', (ARRAY['image/png', 'image/png', 'text/plain', 'application/pdf'])[1 + n % 4], floor(1e7 * power(random(), 4))::int, md5('a' || n % (:tickets / 4)), timestamptz '2024-01-01 00:00+00' + n * interval '9 minutes'
    FROM generate_series(1, :tickets / 3) n;

CREATE TABLE events (id bigint PRIMARY KEY, tenant_id int NOT NULL, actor_id bigint, kind text NOT NULL, subject text NOT NULL, subject_id bigint NOT NULL, payload jsonb NOT NULL, at timestamptz NOT NULL);
INSERT INTO events
  SELECT n, CASE WHEN random() < 0.4 THEN 1 ELSE 1 + floor(400 * power(random(), 2))::int END, CASE WHEN random() < 0.9 THEN 1 + floor((:tickets / 4) * power(random(), 2))::bigint END,
         (ARRAY['viewed', 'viewed', 'viewed', 'viewed', 'changed', 'changed', 'commented', 'exported', 'signed in'])[1 + floor(9 * random())::int], (ARRAY['ticket', 'ticket', 'project', 'document'])[1 + floor(4 * random())::int],
         1 + floor(:tickets * power(random(), 2))::bigint, jsonb_build_object('ip', '10.0.' || floor(40 * random())::int || '.' || floor(250 * random())::int, 'ms', floor(900 * power(random(), 4))::int),
         timestamptz '2025-01-01 00:00+00' + n * interval '1 second' * (31000000.0 / (:tickets * 5 / 2))
    FROM generate_series(1, :tickets * 5 / 2) n;

CREATE TABLE notifications (id bigint PRIMARY KEY, user_id bigint NOT NULL, kind text NOT NULL, subject_id bigint NOT NULL, read_at timestamptz, created_at timestamptz NOT NULL);
INSERT INTO notifications
  SELECT n, 1 + floor((:tickets / 4) * power(random(), 2))::bigint, (ARRAY['mention', 'reply', 'reply', 'due'])[1 + floor(4 * random())::int], 1 + floor(:tickets * random())::bigint, CASE WHEN random() < 0.94 THEN at + interval '1 hour' END, at
    FROM generate_series(1, :tickets * 5 / 3) n, LATERAL (SELECT timestamptz '2025-01-01 00:00+00' + n * interval '1 second' * (31000000.0 / (:tickets * 5 / 3)) AS at) t;

CREATE TABLE sessions (token uuid PRIMARY KEY, user_id bigint NOT NULL, address inet NOT NULL, created_at timestamptz NOT NULL, expires_at timestamptz NOT NULL);
INSERT INTO sessions
  SELECT md5('s' || n)::uuid, 1 + floor((:tickets / 4) * random())::bigint, ('10.1.' || n % 250 || '.' || n % 199)::inet, timestamptz '2025-11-01 00:00+00' + n * interval '1 minute', timestamptz '2025-11-15 00:00+00' + n * interval '1 minute'
    FROM generate_series(1, :tickets / 4) n;

CREATE TABLE jobs (id bigint PRIMARY KEY, queue text NOT NULL, state text NOT NULL, run_at timestamptz NOT NULL, attempts int NOT NULL, payload jsonb NOT NULL, locked_by text, finished_at timestamptz);
INSERT INTO jobs
  SELECT n, (ARRAY['mail', 'mail', 'mail', 'export', 'index'])[1 + floor(5 * random())::int], CASE WHEN n > :tickets * 0.993 THEN 'waiting' WHEN random() < 0.004 THEN 'failed' ELSE 'done' END, timestamptz '2025-06-01 00:00+00' + n * interval '2 minutes',
         floor(4 * power(random(), 4))::int, jsonb_build_object('ticket', 1 + floor(:tickets * random())::int, 'template', 't' || floor(20 * random())::int), CASE WHEN n % 1000 = 0 THEN 'worker ' || n % 8 END,
         CASE WHEN n <= :tickets * 0.993 THEN timestamptz '2025-06-01 00:01+00' + n * interval '2 minutes' END
    FROM generate_series(1, :tickets) n;

CREATE TABLE invoices (id bigint PRIMARY KEY, tenant_id int NOT NULL, number text NOT NULL, state text NOT NULL, total numeric(12, 2) NOT NULL, issued_on date NOT NULL, due_on date NOT NULL, paid_at timestamptz);
INSERT INTO invoices
  SELECT n, 1 + floor(400 * power(random(), 2))::int, 'INV-' || 100000 + n, CASE WHEN random() < 0.03 THEN 'overdue' WHEN random() < 0.05 THEN 'draft' ELSE 'paid' END, round((5000 * power(random(), 3))::numeric, 2),
         date '2021-01-01' + n * 1800 / (:tickets / 8), date '2021-01-31' + n * 1800 / (:tickets / 8), CASE WHEN random() < 0.9 THEN timestamptz '2025-01-01 00:00+00' END
    FROM generate_series(1, :tickets / 8) n;

CREATE TABLE invoice_items (id bigint PRIMARY KEY, invoice_id bigint NOT NULL, description text NOT NULL, quantity int NOT NULL, amount numeric(12, 2) NOT NULL);
INSERT INTO invoice_items SELECT n, 1 + n % (:tickets / 8), 'Seats, ' || (ARRAY['free', 'team', 'business'])[1 + n % 3], 1 + n % 30, round((900 * random())::numeric, 2) FROM generate_series(1, :tickets / 2) n;

CREATE TABLE documents (id bigint PRIMARY KEY, tenant_id int NOT NULL, project_id int, title text NOT NULL, body text NOT NULL, labels text[] NOT NULL, version int NOT NULL, updated_at timestamptz NOT NULL, deleted_at timestamptz);
INSERT INTO documents
  SELECT n, 1 + floor(400 * power(random(), 2))::int, CASE WHEN random() < 0.8 THEN 1 + floor((:tickets / 16) * random())::int END, 'Document ' || md5('d' || n),
         (SELECT string_agg((ARRAY['meeting', 'budget', 'plan', 'risk', 'client', 'design', 'review', 'summary', 'forecast', 'hiring'])[1 + floor(10 * power(random(), 2))::int] || ' ' || 'word' || floor(3000 * power(random(), 3))::int + n * 0 + k * 0, ' ') FROM generate_series(1, 25) k),
         ARRAY['kind ' || n % 5, 'year ' || 2018 + n % 8], 1 + n % 7, timestamptz '2023-01-01 00:00+00' + n * interval '1 hour', CASE WHEN random() < 0.1 THEN timestamptz '2025-10-01 00:00+00' END
    FROM generate_series(1, :tickets / 6) n;

CREATE TABLE deliveries (id bigint PRIMARY KEY, tenant_id int NOT NULL, url text NOT NULL, status int NOT NULL, attempts int NOT NULL, created_at timestamptz NOT NULL, answer text);
INSERT INTO deliveries
  SELECT n, 1 + floor(400 * power(random(), 3))::int, 'https://hook' || floor(900 * power(random(), 2))::int || '.example/in', CASE WHEN random() < 0.02 THEN 500 WHEN random() < 0.02 THEN 404 ELSE 200 END, 1 + floor(3 * power(random(), 5))::int,
         timestamptz '2025-01-01 00:00+00' + n * interval '1 minute' * (500000.0 / :tickets), repeat('ok ', 3 + n % 20)
    FROM generate_series(1, :tickets) n;

CREATE INDEX tickets_tenant_idx ON tickets (tenant_id);
CREATE INDEX tickets_tenant_project_idx ON tickets (tenant_id, project_id);
CREATE INDEX watchers_ticket_idx ON watchers (ticket_id);
CREATE INDEX users_created_idx ON users (created_at);
CREATE INDEX deliveries_answer_idx ON deliveries (answer);
VACUUM ANALYZE;
