-- finds: 4
ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid();
ALTER TABLE users ADD COLUMN n bigserial;
ALTER TABLE users ADD COLUMN id2 bigint GENERATED ALWAYS AS IDENTITY;
ALTER TABLE users ADD COLUMN low text GENERATED ALWAYS AS (lower(email)) STORED;
