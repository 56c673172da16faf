-- dbd: change ORD-7 · ORD-7 Orders get a public reference, larger totals and a real foreign key
-- dbd: lock_timeout 250
-- A transaction that does not get its lock in that time is rolled back: run it again, from its boundary on.

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo #
ALTER TABLE orders DROP CONSTRAINT orders_customer_fkey;

COMMIT;

-- dbd:boundary
-- dbd: transaction none
-- dbd: undo #
DROP INDEX CONCURRENTLY orders_created_at_idx;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: undo #
ALTER TABLE orders DROP COLUMN reference;

COMMIT;
