-- Development data of KAN-29: 143 made-up rows in 5 tables.
-- People, addresses and accounts are of nobody. Load the reference data first, and only into a fresh database;
-- one that says SET dbd.environment = 'production' (ALTER DATABASE … SET) refuses it.

BEGIN;

DO $guard$
BEGIN
  IF current_setting('dbd.environment', true) = 'production' THEN
    RAISE EXCEPTION USING MESSAGE = 'This database is marked as production; development rows stay out of it.';
  END IF;
  IF EXISTS (SELECT FROM users)
    OR EXISTS (SELECT FROM analytics_events)
    OR EXISTS (SELECT FROM dashboards)
    OR EXISTS (SELECT FROM sessions)
    OR EXISTS (SELECT FROM widgets) THEN
    RAISE EXCEPTION USING MESSAGE = 'There are rows already; development rows are for a fresh database.';
  END IF;
END
$guard$;

INSERT INTO users (id, email, name, created_at, updated_at)
OVERRIDING SYSTEM VALUE
VALUES
  (1, 'emanuel.lockman@example.com', 'Emanuel Lockman', '<time>', '<time>'),
  (2, 'otha.kuphal@example.com', 'Otha Kuphal', '<time>', '<time>'),
  (3, 'jake.gulgowski@example.com', 'Jake Gulgowski', '<time>', '<time>'),
  (4, 'abdiel.russel@example.org', 'Abdiel Russel', '<time>', '<time>'),
  (5, 'manuela.corwin@example.com', 'Manuela Corwin', '<time>', '<time>'),
  (6, 'evie.walterlittel@example.org', 'Evie Walter-Littel', '<time>', '<time>'),
  (7, 'cecile.huel@example.net', 'Cecile Huel', '<time>', '<time>'),
  (8, 'jamey.mosciski@example.org', 'Jamey Mosciski', '<time>', '<time>'),
  (9, 'aimee.kuhlman@example.org', 'Aimee Kuhlman', '<time>', '<time>'),
  (10, 'sedrick.farrell@example.org', 'Sedrick Farrell', '<time>', '<time>'),
  (11, 'jonas.bogisich@example.com', 'Jonas Bogisich', '<time>', '<time>'),
  (12, 'lyda.toy@example.com', 'Lyda Toy', '<time>', '<time>'),
  (13, 'krystel.wilkinson@example.org', 'Krystel Wilkinson', '<time>', '<time>'),
  (14, 'abbey.mosciski@example.org', 'Abbey Mosciski', '<time>', '<time>'),
  (15, 'may.ullrich@example.com', 'May Ullrich', '<time>', '<time>'),
  (16, 'rupert.greenfelder@example.com', 'Rupert Greenfelder', '<time>', '<time>'),
  (17, 'lorene.huel@example.com', 'Lorene Huel', '<time>', '<time>'),
  (18, 'dante.rosenbaum@example.net', 'Dante Rosenbaum', '<time>', '<time>'),
  (19, 'shanny.christiansen@example.net', 'Shanny Christiansen', '<time>', '<time>'),
  (20, 'adell.reichel@example.net', 'Adell Reichel', '<time>', '<time>'),
  (21, 'paxton.konopelski@example.net', 'Paxton Konopelski', '<time>', '<time>'),
  (22, 'reba.prohaska@example.com', 'Reba Prohaska', '<time>', '<time>'),
  (23, 'vernie.bernhard@example.net', 'Vernie Bernhard', '<time>', '<time>'),
  (24, 'norbert.jast@example.org', 'Norbert Jast', '<time>', '<time>'),
  (25, 'kayley.crist@example.org', 'Kayley Crist', '<time>', '<time>'),
  (26, 'blaze.wolffrolfson@example.net', 'Blaze Wolff-Rolfson', '<time>', '<time>'),
  (27, 'trinity.kunde@example.org', 'Trinity Kunde', '<time>', '<time>'),
  (28, 'arely.leannon@example.net', 'Arely Leannon', '<time>', '<time>'),
  (29, 'anna.schmidt@example.com', 'Anna Schmidt', '<time>', '<time>'),
  (30, 'beulah.lakin@example.org', 'Beulah Lakin', '<time>', '<time>'),
  (31, 'lester.feeney@example.com', 'Lester Feeney', '<time>', '<time>');
SELECT setval(pg_get_serial_sequence('public.users', 'id'), max(id)) FROM users;

INSERT INTO analytics_events (id, user_id, event_type, event_data, created_at)
OVERRIDING SYSTEM VALUE
VALUES
  (1, 27, 'form_submit', '{"ms": 19, "page": "/home"}', '<time>'),
  (2, 7, 'page_view', '{"ms": 629, "page": "/home"}', '<time>'),
  (3, 3, 'page_view', '{"ms": 390, "page": "/home"}', '<time>'),
  (4, 12, 'page_view', '{"ms": 806, "page": "/home"}', '<time>'),
  (5, 27, 'button_click', NULL, '<time>'),
  (6, 15, 'page_view', '{"ms": 157, "page": "/home"}', '<time>'),
  (7, 23, 'page_view', NULL, '<time>'),
  (8, 1, 'button_click', '{"ms": 534, "page": "/home"}', '<time>'),
  (9, 31, 'page_view', '{"ms": 187, "page": "/home"}', '<time>'),
  (10, 1, 'button_click', '{"ms": 440, "page": "/home"}', '<time>'),
  (11, 10, 'button_click', '{"ms": 712, "page": "/home"}', '<time>'),
  (12, 5, 'page_view', NULL, '<time>'),
  (13, 8, 'page_view', '{"ms": 146, "page": "/home"}', '<time>'),
  (14, 20, 'page_view', '{"ms": 179, "page": "/home"}', '<time>'),
  (15, 1, 'page_view', '{"ms": 530, "page": "/home"}', '<time>'),
  (16, 29, 'page_view', '{"ms": 67, "page": "/home"}', '<time>'),
  (17, 20, 'page_view', '{"ms": 41, "page": "/home"}', '<time>'),
  (18, 10, 'page_view', '{"ms": 11, "page": "/home"}', '<time>'),
  (19, 9, 'button_click', '{"ms": 167, "page": "/home"}', '<time>'),
  (20, 2, 'page_view', '{"ms": 690, "page": "/home"}', '<time>'),
  (21, 15, 'page_view', '{"ms": 645, "page": "/home"}', '<time>'),
  (22, 8, 'button_click', '{"ms": 73, "page": "/home"}', '<time>'),
  (23, 1, 'page_view', '{"ms": 700, "page": "/home"}', '<time>'),
  (24, 3, 'page_view', '{"ms": 517, "page": "/home"}', '<time>'),
  (25, 15, 'page_view', '{"ms": 36, "page": "/home"}', '<time>'),
  (26, 5, 'button_click', '{"ms": 443, "page": "/home"}', '<time>'),
  (27, 4, 'button_click', '{"ms": 682, "page": "/home"}', '<time>'),
  (28, 22, 'page_view', NULL, '<time>'),
  (29, 17, 'page_view', '{"ms": 743, "page": "/home"}', '<time>'),
  (30, 27, 'page_view', '{"ms": 777, "page": "/home"}', '<time>'),
  (31, 20, 'page_view', '{"ms": 302, "page": "/home"}', '<time>'),
  (32, 20, 'button_click', '{"ms": 778, "page": "/home"}', '<time>'),
  (33, 21, 'page_view', '{"ms": 399, "page": "/home"}', '<time>'),
  (34, 1, 'button_click', '{"ms": 799, "page": "/home"}', '<time>'),
  (35, 8, 'page_view', '{"ms": 166, "page": "/home"}', '<time>'),
  (36, 19, 'button_click', '{"ms": 808, "page": "/home"}', '<time>'),
  (37, 8, 'button_click', '{"ms": 59, "page": "/home"}', '<time>'),
  (38, 10, 'form_submit', '{"ms": 441, "page": "/home"}', '<time>'),
  (39, 1, 'page_view', '{"ms": 804, "page": "/home"}', '<time>'),
  (40, 6, 'page_view', '{"ms": 427, "page": "/home"}', '<time>'),
  (41, 19, 'button_click', '{"ms": 326, "page": "/home"}', '<time>'),
  (42, 19, 'page_view', '{"ms": 215, "page": "/home"}', '<time>'),
  (43, 19, 'page_view', NULL, '<time>'),
  (44, 5, 'button_click', '{"ms": 538, "page": "/home"}', '<time>'),
  (45, 3, 'button_click', '{"ms": 252, "page": "/home"}', '<time>'),
  (46, 22, 'page_view', '{"ms": 356, "page": "/home"}', '<time>'),
  (47, 20, 'page_view', NULL, '<time>'),
  (48, 22, 'page_view', '{"ms": 230, "page": "/home"}', '<time>'),
  (49, 20, 'page_view', NULL, '<time>'),
  (50, 8, 'page_view', '{"ms": 270, "page": "/home"}', '<time>'),
  (51, 20, 'page_view', '{"ms": 272, "page": "/home"}', '<time>'),
  (52, 28, 'button_click', '{"ms": 370, "page": "/home"}', '<time>'),
  (53, 1, 'page_view', '{"ms": 129, "page": "/home"}', '<time>'),
  (54, 5, 'page_view', '{"ms": 220, "page": "/home"}', '<time>'),
  (55, 17, 'page_view', '{"ms": 524, "page": "/home"}', '<time>'),
  (56, 7, 'page_view', '{"ms": 575, "page": "/home"}', '<time>'),
  (57, 8, 'button_click', '{"ms": 481, "page": "/home"}', '<time>'),
  (58, 27, 'page_view', '{"ms": 109, "page": "/home"}', '<time>'),
  (59, 22, 'button_click', '{"ms": 795, "page": "/home"}', '<time>'),
  (60, 20, 'page_view', '{"ms": 355, "page": "/home"}', '<time>'),
  (61, 8, 'page_view', '{"ms": 384, "page": "/home"}', '<time>'),
  (62, 1, 'page_view', '{"ms": 192, "page": "/home"}', '<time>'),
  (63, 28, 'page_view', '{"ms": 615, "page": "/home"}', '<time>'),
  (64, 15, 'page_view', '{"ms": 342, "page": "/home"}', '<time>'),
  (65, 20, 'button_click', '{"ms": 559, "page": "/home"}', '<time>'),
  (66, 20, 'button_click', '{"ms": 415, "page": "/home"}', '<time>'),
  (67, 6, 'page_view', '{"ms": 501, "page": "/home"}', '<time>'),
  (68, 15, 'page_view', '{"ms": 805, "page": "/home"}', '<time>'),
  (69, 12, 'page_view', '{"ms": 632, "page": "/home"}', '<time>'),
  (70, 8, 'page_view', NULL, '<time>'),
  (71, 7, 'page_view', NULL, '<time>'),
  (72, 12, 'form_submit', '{"ms": 773, "page": "/home"}', '<time>'),
  (73, 3, 'button_click', '{"ms": 479, "page": "/home"}', '<time>'),
  (74, 1, 'page_view', '{"ms": 154, "page": "/home"}', '<time>'),
  (75, 1, 'page_view', '{"ms": 820, "page": "/home"}', '<time>'),
  (76, 15, 'page_view', '{"ms": 225, "page": "/home"}', '<time>'),
  (77, 26, 'button_click', '{"ms": 330, "page": "/home"}', '<time>'),
  (78, 20, 'button_click', '{"ms": 672, "page": "/home"}', '<time>'),
  (79, 15, 'button_click', '{"ms": 55, "page": "/home"}', '<time>'),
  (80, 8, 'page_view', '{"ms": 229, "page": "/home"}', '<time>'),
  (81, 1, 'page_view', '{"ms": 569, "page": "/home"}', '<time>'),
  (82, 1, 'page_view', '{"ms": 306, "page": "/home"}', '<time>'),
  (83, 10, 'page_view', '{"ms": 58, "page": "/home"}', '<time>'),
  (84, 14, 'page_view', '{"ms": 430, "page": "/home"}', '<time>'),
  (85, 15, 'page_view', NULL, '<time>'),
  (86, 2, 'page_view', '{"ms": 381, "page": "/home"}', '<time>'),
  (87, 8, 'page_view', '{"ms": 93, "page": "/home"}', '<time>'),
  (88, 8, 'page_view', '{"ms": 464, "page": "/home"}', '<time>'),
  (89, 1, 'page_view', '{"ms": 399, "page": "/home"}', '<time>'),
  (90, 1, 'page_view', '{"ms": 578, "page": "/home"}', '<time>'),
  (91, 8, 'button_click', '{"ms": 806, "page": "/home"}', '<time>'),
  (92, 2, 'page_view', '{"ms": 8, "page": "/home"}', '<time>'),
  (93, 1, 'page_view', '{"ms": 761, "page": "/home"}', '<time>'),
  (94, 21, 'page_view', '{"ms": 650, "page": "/home"}', '<time>'),
  (95, 22, 'button_click', '{"ms": 377, "page": "/home"}', '<time>'),
  (96, 17, 'page_view', '{"ms": 604, "page": "/home"}', '<time>'),
  (97, 27, 'page_view', '{"ms": 108, "page": "/home"}', '<time>'),
  (98, 15, 'page_view', '{"ms": 147, "page": "/home"}', '<time>'),
  (99, 8, 'button_click', '{"ms": 352, "page": "/home"}', '<time>'),
  (100, 1, 'page_view', '{"ms": 44, "page": "/home"}', '<time>');
SELECT setval(pg_get_serial_sequence('public.analytics_events', 'id'), max(id)) FROM analytics_events;

INSERT INTO dashboards (id, user_id, title, layout, created_at, updated_at)
OVERRIDING SYSTEM VALUE
VALUES
  (1, 9, 'Mixed order', 'grid', '<time>', '<time>'),
  (2, 13, 'Dreary kiss', 'columns', '<time>', '<time>'),
  (3, 3, 'Frugal draft', 'columns', '<time>', '<time>'),
  (4, 1, 'Glass conversation', 'columns', '<time>', '<time>');
SELECT setval(pg_get_serial_sequence('public.dashboards', 'id'), max(id)) FROM dashboards;

INSERT INTO sessions (id, user_id, token, created_at, last_seen_at, expires_at)
OVERRIDING SYSTEM VALUE
VALUES
  (1, 10, '46b791fb-ec82-e709-91c6-352989b28dab', '<time>', '<time>', '<time>'),
  (2, 25, '92bc1cc7-8d3c-7e28-1bc3-cc17f5cacd23', '<time>', '<time>', '<time>'),
  (3, 3, 'b9139d42-3bd2-540e-4e38-ed613d68ecca', '<time>', '<time>', '<time>'),
  (4, 8, '2301a744-0ea0-a6af-b783-d35350952432', '<time>', '<time>', '<time>');
SELECT setval(pg_get_serial_sequence('public.sessions', 'id'), max(id)) FROM sessions;

INSERT INTO widgets (id, dashboard_id, kind, "position", settings, created_at)
OVERRIDING SYSTEM VALUE
VALUES
  (1, 3, 'table', 18, '{"n": 1}', '<time>'),
  (2, 4, 'chart', 13, '{"n": 2}', '<time>'),
  (3, 1, 'note', 12, '{"n": 3}', '<time>'),
  (4, 3, 'note', 13, '{"n": 4}', '<time>');
SELECT setval(pg_get_serial_sequence('public.widgets', 'id'), max(id)) FROM widgets;

COMMIT;
