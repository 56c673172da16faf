-- dbd: change ORD-7 · ORD-7 Orders get a public reference, larger totals and a real foreign key
-- dbd: lock_timeout 250
-- A transaction that does not get its lock in that time is rolled back: run it again, from its boundary on.

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: step #
-- New rows need a value from now on; old ones are not read yet: ACCESS EXCLUSIVE for a moment
ALTER TABLE orders ADD CONSTRAINT orders_reference_not_null NOT NULL reference NOT VALID;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: step #
-- Checks the old rows while readers and writers go on: SHARE UPDATE EXCLUSIVE
ALTER TABLE orders VALIDATE CONSTRAINT orders_reference_not_null;

COMMIT;
