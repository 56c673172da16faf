CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
CREATE TABLE lines (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, order_id bigint REFERENCES orders, note text);
CREATE INDEX ON lines (order_id);
CREATE INDEX lines_of_note ON lines (lower(note)) WHERE note IS NOT NULL;
