-- finds: orders
CREATE TABLE orders (id bigint PRIMARY KEY, note text) WITH (autovacuum_enabled = false, toast.autovacuum_enabled = off);
