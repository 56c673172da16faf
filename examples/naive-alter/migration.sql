-- What a developer writes first.
ALTER TABLE orders ADD COLUMN reference uuid NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE orders ALTER COLUMN total_cents TYPE bigint;
CREATE INDEX orders_created_at_idx ON orders (created_at);
ALTER TABLE orders ADD CONSTRAINT orders_customer_fkey FOREIGN KEY (customer_id) REFERENCES customers (id);
