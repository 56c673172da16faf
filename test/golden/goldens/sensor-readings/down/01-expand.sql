-- dbd: change IOT-4 · IOT-4 Keep the readings of all sensors
-- dbd: lock_timeout 250
-- A transaction that does not get its lock in that time is rolled back: run it again, from its boundary on.

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo 31
DROP PROCEDURE report_readings;

-- dbd: undo 30
DROP FUNCTION change_calibration;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo 29
DROP VIEW current_calibrations;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo 28
DROP FUNCTION readings_hourly_refresh;

-- dbd: undo 27
DROP TRIGGER readings_hourly_note_update ON readings;

-- dbd: undo 26
DROP TRIGGER readings_hourly_note_insert ON readings;

-- dbd: undo 24
DROP FUNCTION readings_hourly_note;

-- dbd: undo 23
DROP FUNCTION readings_partitions;

-- dbd: undo 15
DROP TABLE readings_load_error;

-- dbd: undo 13
DROP TABLE readings_load;

-- dbd: undo 9
DROP TABLE calibrations;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo 7
DROP TABLE readings_hourly_changes;

-- dbd: undo 5
DROP TABLE readings_hourly;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo 2
DROP TABLE readings;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo 1
DROP EXTENSION btree_gist;

COMMIT;
