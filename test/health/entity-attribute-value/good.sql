CREATE TABLE things (id bigint PRIMARY KEY, properties jsonb NOT NULL);
CREATE TABLE settings (key text PRIMARY KEY, value text);
