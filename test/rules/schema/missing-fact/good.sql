CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
COMMENT ON TABLE orders IS 'What a customer bought at once [class: internal; owner: shop; retention: 10 years, then delete]';
