CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text, note text);
CREATE UNIQUE INDEX ON orders (code);
CREATE INDEX ON orders (code, note);
CREATE INDEX ON orders (note);
CREATE INDEX ON orders (note DESC, code);
CREATE INDEX ON orders (note, code) WHERE code IS NULL;
