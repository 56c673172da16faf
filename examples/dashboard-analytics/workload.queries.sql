-- What the running application asks, and how often. Each statement has a name, a rate, and where its parameters come from.

-- name: session_by_token
-- rate: 40/s peak 160/s
-- p95: 20 ms
-- param token: from sessions.token
SELECT s.id, s.user_id, s.expires_at, u.email, u.name
FROM sessions s JOIN users u ON u.id = s.user_id
WHERE s.token = :token AND s.expires_at > now();

-- name: touch_session
-- rate: 8/s peak 30/s
-- p95: 20 ms
-- param id: from sessions.id
UPDATE sessions SET last_seen_at = now() WHERE id = :id;

-- name: user_by_email
-- rate: 2/s peak 20/s
-- p95: 20 ms
-- param email: from users.email
SELECT id, email, name FROM users WHERE email = :email;

-- name: open_session
-- rate: 1/s peak 10/s
-- p95: 20 ms
-- param user_id: from users.id
-- param token: = gen_random_uuid()
INSERT INTO sessions (user_id, token, expires_at) VALUES (:user_id, :token, now() + interval '30 days');

-- name: dashboards_of_user
-- rate: 15/s peak 60/s
-- p95: 30 ms
-- param user_id: from users.id
SELECT id, title, layout, updated_at FROM dashboards WHERE user_id = :user_id ORDER BY updated_at DESC LIMIT 20;

-- name: widgets_of_dashboard
-- rate: 15/s peak 60/s
-- p95: 30 ms
-- param dashboard_id: from dashboards.id
SELECT * FROM widgets WHERE dashboard_id = :dashboard_id ORDER BY position;

-- name: move_widget
-- rate: 1/s peak 5/s
-- p95: 30 ms
-- param id: from widgets.id
-- param position: 0..11
UPDATE widgets SET position = :position WHERE id = :id;

-- name: rename_user
-- rate: 2/min
-- p95: 50 ms
-- param id: from users.id
-- param name: [Ada Lovelace, Grace Hopper, Alan Turing]
UPDATE users SET name = :name, updated_at = now() WHERE id = :id;

-- name: newest_users
-- rate: 6/min
-- p95: 200 ms
SELECT id, email, name, created_at FROM users ORDER BY id DESC LIMIT 50;
