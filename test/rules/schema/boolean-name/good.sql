CREATE TABLE a (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, active boolean NOT NULL, is_paid boolean NOT NULL);
