CREATE TABLE jobs (id bigint PRIMARY KEY, target regclass NOT NULL, routine text);
