-- dbd: change ORD-7 · ORD-7 Orders get a public reference, larger totals and a real foreign key
-- dbd: lock_timeout 250
-- A transaction that does not get its lock in that time is rolled back: run it again, from its boundary on.

-- dbd:boundary
-- dbd: transaction none
-- dbd: step #
-- Old rows get their value batch by batch; it can be stopped and run again
-- dbd: batch {"table":{"schema":"public","name":"orders"},"key":["id"],"set":"reference = gen_random_uuid()","where":"reference IS NULL"}
DO $batches$
DECLARE
  low_key public.orders.id%TYPE;
  high_key public.orders.id%TYPE;
BEGIN
  SELECT id INTO low_key FROM orders ORDER BY id LIMIT 1;
  WHILE low_key IS NOT NULL LOOP
    SELECT id INTO high_key
    FROM (SELECT id FROM orders WHERE id >= low_key ORDER BY id LIMIT 5000) AS batch
    ORDER BY id DESC LIMIT 1;
    UPDATE orders SET reference = gen_random_uuid()
    WHERE orders.id >= low_key AND orders.id <= high_key AND reference IS NULL;
    COMMIT;
    SELECT id INTO low_key FROM orders WHERE id > high_key ORDER BY id LIMIT 1;
  END LOOP;
END
$batches$;

-- dbd:boundary
BEGIN;
SET LOCAL lock_timeout = '250ms';

-- dbd: step #
-- The planner learns the new values at once; beside readers and writers
ANALYZE orders (reference);

COMMIT;
