-- finds: 1
ALTER TABLE orders ALTER COLUMN id TYPE bigint;
