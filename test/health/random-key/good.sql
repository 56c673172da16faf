CREATE TABLE events (id uuid PRIMARY KEY DEFAULT uuidv7(), note int NOT NULL);
INSERT INTO events (note) SELECT n FROM generate_series(1, 2000) n;
ANALYZE events;
