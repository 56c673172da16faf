-- dbd: change KAN-29 · KAN-29 User Dashboard: analytics database
-- dbd: lock_timeout 250
-- A transaction that does not get its lock in that time is rolled back: run it again, from its boundary on.

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo 13
DROP VIEW users_masked;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo 12
COMMENT ON COLUMN users.email IS 'Address used to sign in, in lower case';

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo 11
DROP TRIGGER analytics_daily_summary_keep_update ON analytics_events;

-- dbd: undo 10
DROP TRIGGER analytics_daily_summary_keep_insert ON analytics_events;

-- dbd: undo 9
DROP FUNCTION analytics_daily_summary_keep;

-- dbd: undo 8
DROP FUNCTION analytics_daily_summary_add;

-- dbd: undo 6
DROP TABLE analytics_daily_summary;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo 1
DROP TABLE analytics_events;

COMMIT;
