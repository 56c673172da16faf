-- dbd: change IOT-4 · IOT-4 Keep the readings of all sensors
-- dbd: lock_timeout 250
-- A transaction that does not get its lock in that time is rolled back: run it again, from its boundary on.

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo #
DROP PROCEDURE report_readings;

-- dbd: undo #
DROP FUNCTION change_calibration;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo #
DROP VIEW current_calibrations;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo #
DROP FUNCTION readings_hourly_refresh;

-- dbd: undo #
DROP TRIGGER readings_hourly_note_update ON readings;

-- dbd: undo #
DROP TRIGGER readings_hourly_note_insert ON readings;

-- dbd: undo #
DROP FUNCTION readings_hourly_note;

-- dbd: undo #
DROP FUNCTION readings_partitions;

-- dbd: undo #
DROP TABLE readings_load_error;

-- dbd: undo #
DROP TABLE readings_load;

-- dbd: undo #
DROP TABLE calibrations;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo #
DROP TABLE readings_hourly_changes;

-- dbd: undo #
DROP TABLE readings_hourly;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo #
DROP TABLE readings;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo #
DROP EXTENSION btree_gist;

COMMIT;
