-- dbd: change ORD-7 · ORD-7 Orders get a public reference, larger totals and a real foreign key
-- dbd: lock_timeout 250
-- A transaction that does not get its lock in that time is rolled back: run it again, from its boundary on.

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: step #
-- Old rows stay empty at first, new ones get their value: a default that differs per row would
-- write the whole table while everybody waits
ALTER TABLE orders ADD COLUMN reference uuid, ALTER COLUMN reference SET DEFAULT gen_random_uuid();

COMMIT;

-- dbd:boundary
-- dbd: transaction none
-- dbd: step #
-- Built beside readers and writers: SHARE UPDATE EXCLUSIVE; what a failed attempt left goes first,
-- a valid index of this name does not
DO $clear$
BEGIN
  IF EXISTS (SELECT FROM pg_catalog.pg_index WHERE indexrelid = to_regclass('orders_created_at_idx') AND NOT indisvalid) THEN
    SET LOCAL lock_timeout = '250ms';
    DROP INDEX orders_created_at_idx;
  END IF;
END
$clear$;
CREATE INDEX CONCURRENTLY orders_created_at_idx ON orders (created_at);

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: step #
-- Holds for new rows at once, without reading the old ones: SHARE ROW EXCLUSIVE on orders and
-- customers for a moment
ALTER TABLE orders ADD CONSTRAINT orders_customer_fkey FOREIGN KEY (customer_id) REFERENCES customers (id) NOT VALID;

COMMIT;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: step #
-- Checks the old rows while readers and writers go on: SHARE UPDATE EXCLUSIVE, ROW SHARE on
-- customers
-- dbd: probe SELECT * FROM orders AS child WHERE child.customer_id IS NOT NULL AND NOT EXISTS (SELECT FROM customers AS parent WHERE parent.id = child.customer_id) LIMIT 1
ALTER TABLE orders VALIDATE CONSTRAINT orders_customer_fkey;

COMMIT;
