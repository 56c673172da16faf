-- name: tenant
-- calls: 3000
-- common 1: [250]
SELECT id, name, plan FROM tenants WHERE id = $1 AND deleted_at IS NULL;

-- name: user_by_email
-- calls: 900
-- common 1: ["user4711@company311.example"]
SELECT id, tenant_id, name FROM users WHERE lower(email) = $1 AND deleted_at IS NULL;

-- name: users_of_tenant
-- calls: 120
-- common 0.6: [300]
-- skewed 0.4: [1]
SELECT id, name, role FROM users WHERE tenant_id = $1 AND deleted_at IS NULL ORDER BY name LIMIT 50;

-- name: admins_of_tenant
-- calls: 150
-- common 0.7: [222]
-- skewed 0.3: [1]
SELECT id, name FROM users WHERE tenant_id = $1 AND role = 'admin' AND deleted_at IS NULL;

-- name: users_seen_lately
-- calls: 20
-- common 0.6: [350, "2025-12-01 00:00+00"]
-- skewed 0.4: [1, "2025-12-25 00:00+00"]
SELECT count(*) FROM users WHERE tenant_id = $1 AND last_seen_at > $2::timestamptz;

-- name: invited_users
-- calls: 40
SELECT id, email, created_at FROM users WHERE state = 'invited' AND deleted_at IS NULL ORDER BY created_at LIMIT 100;

-- name: users_in_beta
-- calls: 30
-- common 1: ["{\"beta\": true}"]
SELECT id, tenant_id FROM users WHERE settings @> $1::jsonb;

-- name: teams_of_user
-- calls: 500
-- common 1: [12345]
SELECT t.id, t.name, m.role FROM team_members m JOIN teams t ON t.id = m.team_id WHERE m.user_id = $1;

-- name: leads_of_tenant
-- calls: 40
-- common 1: [77]
SELECT u.id, u.name, t.name AS team FROM teams t JOIN team_members m ON m.team_id = t.id JOIN users u ON u.id = m.user_id WHERE t.tenant_id = $1 AND m.role = 'lead';

-- name: running_projects
-- calls: 300
-- common 0.6: [333]
-- skewed 0.4: [1]
SELECT id, name FROM projects WHERE tenant_id = $1 AND archived_at IS NULL ORDER BY name LIMIT 30;

-- name: ticket
-- calls: 2500
-- common 1: [88888]
SELECT * FROM tickets WHERE id = $1 AND deleted_at IS NULL;

-- name: ticket_by_number
-- calls: 500
-- common 0.5: [11, 4250]
-- skewed 0.5: [1, 60000]
SELECT id, title, state FROM tickets WHERE tenant_id = $1 AND number = $2 AND deleted_at IS NULL;

-- name: open_tickets_of_project
-- calls: 400
-- common 0.6: [3000]
-- skewed 0.4: [1]
SELECT id, title, priority FROM tickets WHERE project_id = $1 AND state = 'open' AND deleted_at IS NULL ORDER BY priority DESC, created_at LIMIT 50;

-- name: open_tickets_of_assignee
-- calls: 500
-- common 0.7: [20000]
-- skewed 0.3: [1]
SELECT id, title, due_on FROM tickets WHERE assignee_id = $1 AND state IN ('open', 'waiting') AND deleted_at IS NULL ORDER BY due_on NULLS LAST LIMIT 50;

-- name: tickets_of_reporter
-- calls: 150
-- common 0.7: [15000]
-- skewed 0.3: [2]
SELECT id, title, state, created_at FROM tickets WHERE reporter_id = $1 AND deleted_at IS NULL ORDER BY created_at DESC LIMIT 20;

-- name: newest_tickets_of_tenant
-- calls: 350
-- common 0.6: [399]
-- skewed 0.4: [1]
SELECT id, title, state FROM tickets WHERE tenant_id = $1 AND deleted_at IS NULL ORDER BY created_at DESC LIMIT 50;

-- name: tickets_changed_since
-- calls: 120
-- common 0.7: [250, "2025-10-01 00:00+00"]
-- skewed 0.3: [1, "2025-10-18 00:00+00"]
SELECT id, updated_at FROM tickets WHERE tenant_id = $1 AND updated_at > $2::timestamptz ORDER BY updated_at;

-- name: overdue_tickets
-- calls: 60
-- common 1: ["2025-09-01"]
SELECT id, tenant_id, assignee_id, due_on FROM tickets WHERE state = 'open' AND due_on < $1::date AND deleted_at IS NULL ORDER BY due_on LIMIT 200;

-- name: tickets_with_label
-- calls: 80
-- common 0.6: [["label 55"]]
-- skewed 0.4: [["security"]]
SELECT id, tenant_id, title FROM tickets WHERE labels @> $1::text[] AND deleted_at IS NULL LIMIT 100;

-- name: tickets_of_customer
-- calls: 120
-- common 1: ["{\"customer\": \"c4711\"}"]
SELECT id, title FROM tickets WHERE fields @> $1::jsonb;

-- name: urgent_tickets
-- calls: 60
-- common 1: ["true"]
SELECT id, tenant_id, title FROM tickets WHERE fields ->> 'urgent' = $1 AND state = 'open';

-- name: tickets_searched
-- calls: 80
-- common 0.6: ["upload & item655"]
-- skewed 0.4: ["screen & item1"]
SELECT id, title FROM tickets WHERE to_tsvector('english', title || ' ' || body) @@ to_tsquery('english', $1) LIMIT 50;

-- name: tickets_titled
-- calls: 60
-- common 1: ["%save 4711%"]
SELECT id, title FROM tickets WHERE title ILIKE $1 LIMIT 20;

-- name: tickets_per_state
-- calls: 30
-- common 0.5: [200]
-- skewed 0.5: [1]
SELECT state, count(*) FROM tickets WHERE tenant_id = $1 AND deleted_at IS NULL GROUP BY state;

-- name: closed_per_week
-- calls: 10
-- common 0.5: [50, "2025-01-01 00:00+00"]
-- skewed 0.5: [1, "2025-07-01 00:00+00"]
SELECT date_trunc('week', closed_at), count(*) FROM tickets WHERE tenant_id = $1 AND closed_at >= $2::timestamptz GROUP BY 1 ORDER BY 1;

-- name: load_of_assignees
-- calls: 15
-- common 1: [1]
SELECT u.id, u.name, count(*) FROM users u JOIN tickets t ON t.assignee_id = u.id WHERE u.tenant_id = $1 AND t.state = 'open' GROUP BY u.id, u.name ORDER BY 3 DESC LIMIT 20;

-- name: comments_of_ticket
-- calls: 1200
-- common 0.8: [70000]
-- skewed 0.2: [119999]
SELECT id, author_id, body, created_at FROM comments WHERE ticket_id = $1 AND deleted_at IS NULL ORDER BY created_at;

-- name: public_comments_of_ticket
-- calls: 300
-- common 1: [90000]
SELECT c.id, u.name, c.body FROM comments c JOIN users u ON u.id = c.author_id WHERE c.ticket_id = $1 AND NOT c.internal AND c.deleted_at IS NULL ORDER BY c.created_at;

-- name: comments_of_author
-- calls: 80
-- common 0.7: [25000]
-- skewed 0.3: [1]
SELECT id, ticket_id, created_at FROM comments WHERE author_id = $1 ORDER BY created_at DESC LIMIT 20;

-- name: tickets_blocked_by
-- calls: 300
-- common 1: [64000]
SELECT t.id, t.title FROM ticket_links l JOIN tickets t ON t.id = l.from_id WHERE l.to_id = $1 AND l.kind = 'blocks';

-- name: watched_tickets
-- calls: 150
-- common 0.8: [22000]
-- skewed 0.2: [1]
SELECT t.id, t.title, t.updated_at FROM watchers w JOIN tickets t ON t.id = w.ticket_id WHERE w.user_id = $1 AND t.deleted_at IS NULL ORDER BY t.updated_at DESC LIMIT 30;

-- name: attachments_of_ticket
-- calls: 500
-- common 1: [33333]
SELECT id, name, bytes FROM attachments WHERE ticket_id = $1;

-- name: attachment_by_checksum
-- calls: 200
-- common 1: ["@md5:a777"]
SELECT id, ticket_id FROM attachments WHERE checksum = $1;

-- name: largest_attachments
-- calls: 15
SELECT id, ticket_id, name, bytes FROM attachments ORDER BY bytes DESC LIMIT 20;

-- name: events_of_subject
-- calls: 250
-- common 0.8: ["ticket", 99000]
-- skewed 0.2: ["ticket", 1]
SELECT id, kind, actor_id, at FROM events WHERE subject = $1 AND subject_id = $2 ORDER BY at DESC LIMIT 50;

-- name: events_of_tenant_and_day
-- calls: 40
-- common 0.6: [200, "2025-09-01 00:00+00", "2025-09-02 00:00+00"]
-- skewed 0.4: [1, "2025-09-01 00:00+00", "2025-09-02 00:00+00"]
SELECT kind, count(*) FROM events WHERE tenant_id = $1 AND at >= $2::timestamptz AND at < $3::timestamptz GROUP BY kind;

-- name: events_of_hour
-- calls: 30
-- common 1: ["2025-10-01 10:00+00", "2025-10-01 11:00+00"]
SELECT count(*), count(DISTINCT actor_id) FROM events WHERE at >= $1::timestamptz AND at < $2::timestamptz;

-- name: exports_of_actor
-- calls: 60
-- common 0.7: [18000]
-- skewed 0.3: [1]
SELECT id, subject, subject_id, at FROM events WHERE actor_id = $1 AND kind = 'exported' ORDER BY at DESC LIMIT 20;

-- name: slow_events
-- calls: 20
-- common 1: [850]
SELECT id, kind, at FROM events WHERE (payload ->> 'ms')::int > $1 ORDER BY at DESC LIMIT 50;

-- name: unread_notifications
-- calls: 900
-- common 0.7: [12000]
-- skewed 0.3: [1]
SELECT id, kind, subject_id, created_at FROM notifications WHERE user_id = $1 AND read_at IS NULL ORDER BY created_at DESC LIMIT 30;

-- name: count_unread
-- calls: 1200
-- common 0.7: [22222]
-- skewed 0.3: [2]
SELECT count(*) FROM notifications WHERE user_id = $1 AND read_at IS NULL;

-- name: notifications_of_user
-- calls: 200
-- common 1: [9876]
SELECT id, kind, read_at FROM notifications WHERE user_id = $1 ORDER BY created_at DESC LIMIT 30;

-- name: session
-- calls: 3000
-- common 1: ["@md5:s4711"]
SELECT user_id, expires_at FROM sessions WHERE token = $1::uuid AND expires_at > timestamptz '2025-11-10 00:00+00';

-- name: sessions_of_user
-- calls: 150
-- common 1: [20202]
SELECT token, address, created_at FROM sessions WHERE user_id = $1 ORDER BY created_at DESC;

-- name: next_jobs
-- calls: 1500
-- common 0.7: ["mail"]
-- skewed 0.3: ["index"]
SELECT id, payload FROM jobs WHERE queue = $1 AND state = 'waiting' ORDER BY run_at LIMIT 10;

-- name: failed_jobs
-- calls: 60
SELECT queue, count(*), min(run_at) FROM jobs WHERE state = 'failed' GROUP BY queue;

-- name: jobs_of_worker
-- calls: 100
-- common 1: ["worker 0"]
SELECT id, queue FROM jobs WHERE locked_by = $1;

-- name: invoices_of_tenant
-- calls: 150
-- common 0.7: [390]
-- skewed 0.3: [1]
SELECT id, number, total, state FROM invoices WHERE tenant_id = $1 ORDER BY issued_on DESC LIMIT 12;

-- name: overdue_invoices
-- calls: 30
-- common 1: ["2025-01-01"]
SELECT i.id, t.name, i.total FROM invoices i JOIN tenants t ON t.id = i.tenant_id WHERE i.state = 'overdue' AND i.due_on < $1::date ORDER BY i.due_on LIMIT 100;

-- name: invoice_by_number
-- calls: 200
-- common 1: ["INV-104711"]
SELECT id, tenant_id, total FROM invoices WHERE number = $1;

-- name: items_of_invoice
-- calls: 300
-- common 1: [5555]
SELECT description, quantity, amount FROM invoice_items WHERE invoice_id = $1;

-- name: documents_searched
-- calls: 60
-- common 0.5: ["hiring & word2900"]
-- skewed 0.5: ["budget & word7"]
SELECT id, title FROM documents WHERE to_tsvector('english', body) @@ to_tsquery('english', $1) AND deleted_at IS NULL LIMIT 30;

-- name: documents_of_project
-- calls: 200
-- common 1: [4321]
SELECT id, title, updated_at FROM documents WHERE project_id = $1 AND deleted_at IS NULL ORDER BY updated_at DESC LIMIT 20;

-- name: documents_labelled
-- calls: 40
-- common 1: [["kind 3", "year 2020"]]
SELECT id, title FROM documents WHERE labels && $1::text[] AND tenant_id = 12;

-- name: failed_deliveries
-- calls: 60
-- common 0.7: [120, "2025-11-01 00:00+00"]
-- skewed 0.3: [1, "2025-11-01 00:00+00"]
SELECT id, url, status, created_at FROM deliveries WHERE tenant_id = $1 AND status >= 400 AND created_at > $2::timestamptz ORDER BY created_at DESC LIMIT 50;

-- name: deliveries_per_status
-- calls: 15
-- common 1: ["2025-06-01 00:00+00", "2025-06-15 00:00+00"]
SELECT status, count(*) FROM deliveries WHERE created_at >= $1::timestamptz AND created_at < $2::timestamptz GROUP BY status;

-- name: open_ticket
-- calls: 300
-- common 1: ["@new", "@spread:400"]
INSERT INTO tickets (id, tenant_id, project_id, number, title, body, state, priority, reporter_id, labels, fields, created_at, updated_at)
VALUES ($1, $2, 17, 900001, 'Export does not open', 'Export does not open since monday', 'open', 3, 4711, '{bug}', '{"source": "web", "customer": "c17"}', timestamptz '2025-11-01 00:00+00', timestamptz '2025-11-01 00:00+00');

-- name: move_ticket
-- calls: 600
-- common 1: ["@spread:119000"]
UPDATE tickets SET state = 'waiting', updated_at = timestamptz '2025-11-01 00:00+00' WHERE id = $1;

-- name: comment
-- calls: 500
-- common 1: ["@new", "@spread:119000"]
INSERT INTO comments (id, ticket_id, author_id, body, internal, created_at) VALUES ($1, $2, 4711, 'done', false, timestamptz '2025-11-01 00:00+00');

-- name: record_event
-- calls: 3000
-- common 1: ["@new", "@spread:400"]
INSERT INTO events (id, tenant_id, actor_id, kind, subject, subject_id, payload, at) VALUES ($1, $2, 17, 'viewed', 'ticket', 4711, '{"ip": "10.0.0.1", "ms": 12}', timestamptz '2025-11-01 00:00+00');

-- name: read_notifications
-- calls: 400
-- common 1: ["@spread:29000"]
UPDATE notifications SET read_at = timestamptz '2025-11-01 00:00+00' WHERE user_id = $1 AND read_at IS NULL;

-- name: take_job
-- calls: 800
-- common 1: ["@spread:119900"]
UPDATE jobs SET state = 'running', locked_by = 'worker 3', attempts = attempts + 1 WHERE id = $1;

-- name: end_session
-- calls: 200
-- common 1: ["@md5:s815"]
DELETE FROM sessions WHERE token = $1::uuid;
