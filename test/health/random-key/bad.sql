-- finds: events.id
-- limits: { "manyRows": 100 }
CREATE TABLE events (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), note int NOT NULL);
INSERT INTO events (note) SELECT n FROM generate_series(1, 2000) n;
ANALYZE events;
