-- finds: public.b.active
CREATE TABLE a (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, is_new boolean NOT NULL, has_items boolean NOT NULL);
CREATE TABLE b (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, is_paid boolean NOT NULL, active boolean NOT NULL);
