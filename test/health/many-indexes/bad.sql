-- finds: facts
CREATE TABLE facts (a int PRIMARY KEY, b int, c int, d int, e int, f int, g int, h int, i int, j int);
CREATE INDEX ON facts (b); CREATE INDEX ON facts (c); CREATE INDEX ON facts (d); CREATE INDEX ON facts (e);
CREATE INDEX ON facts (f); CREATE INDEX ON facts (g); CREATE INDEX ON facts (h); CREATE INDEX ON facts (i);
CREATE INDEX ON facts (j);
INSERT INTO facts SELECT n FROM generate_series(1, 100) n;
