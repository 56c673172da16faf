CREATE TABLE orders (id bigserial PRIMARY KEY);
CREATE TABLE items (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
CREATE SEQUENCE numbers;
CREATE TABLE a (id bigint PRIMARY KEY DEFAULT nextval('numbers'));
CREATE TABLE b (id bigint PRIMARY KEY DEFAULT nextval('numbers'));
