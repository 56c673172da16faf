-- finds: orders.id
-- finds: tickets.id
-- finds: wide.id
CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
ALTER TABLE orders ALTER COLUMN id RESTART WITH 2000000000;
INSERT INTO orders DEFAULT VALUES;
CREATE TABLE tickets (id bigint PRIMARY KEY);
CREATE SEQUENCE tickets_seq AS int OWNED BY tickets.id;
ALTER TABLE tickets ALTER COLUMN id SET DEFAULT nextval('tickets_seq');
SELECT setval('tickets_seq', 1700000000);
-- A column that refers to it ends sooner.
CREATE TABLE wide (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
CREATE TABLE "Parts" (id bigint PRIMARY KEY, "wide Id" int REFERENCES wide);
ALTER TABLE wide ALTER COLUMN id RESTART WITH 1900000000;
INSERT INTO wide DEFAULT VALUES;
