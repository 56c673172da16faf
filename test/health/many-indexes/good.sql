CREATE TABLE facts (a int PRIMARY KEY, b int, c int);
CREATE INDEX ON facts (b); CREATE INDEX ON facts (c);
INSERT INTO facts SELECT n FROM generate_series(1, 100) n;
