-- dbd: change KAN-29 · KAN-29 User Dashboard: analytics database
-- dbd: lock_timeout 250
-- A transaction that does not get its lock in that time is rolled back: run it again, from its boundary on.

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo #
DROP VIEW users_masked;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo #
COMMENT ON COLUMN users.email IS 'Address used to sign in, in lower case';

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo #
DROP TRIGGER analytics_daily_summary_keep_update ON analytics_events;

-- dbd: undo #
DROP TRIGGER analytics_daily_summary_keep_insert ON analytics_events;

-- dbd: undo #
DROP FUNCTION analytics_daily_summary_keep;

-- dbd: undo #
DROP FUNCTION analytics_daily_summary_add;

-- dbd: undo #
DROP TABLE analytics_daily_summary;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo #
DROP TABLE analytics_events;

COMMIT;
