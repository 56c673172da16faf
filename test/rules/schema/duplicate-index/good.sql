CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text, note text);
CREATE INDEX ON orders (code);
CREATE INDEX ON orders (code DESC);
CREATE INDEX ON orders (code) INCLUDE (note);
CREATE INDEX ON orders (code) WHERE note IS NULL;
CREATE INDEX ON orders USING hash (code);
