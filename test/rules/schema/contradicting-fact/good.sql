CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text);
COMMENT ON TABLE orders IS 'Orders [class: internal; owner: shop; retention: 6 months, then delete]';
COMMENT ON COLUMN orders.email IS '[class: personal; readers: app]';
