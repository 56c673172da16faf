import type { PlanSchema } from '../model.ts';

/** Measurements by the month, a log whose statistics are old, and tables that nobody looks after. */
export const metrics: PlanSchema = {
  name: 'metrics',
  statements: [
    'SELECT setseed(0.3)',
    `CREATE TABLE devices (id integer PRIMARY KEY, site text NOT NULL, model text NOT NULL)`,
    `INSERT INTO devices SELECT n, 'site' || n % 30, 'model' || n % 7 FROM generate_series(1, 1000) n`,
    `CREATE TABLE readings (device_id integer NOT NULL, at timestamp NOT NULL, value double precision NOT NULL, quality integer NOT NULL) PARTITION BY RANGE (at)`,
    ...Array.from({ length: 8 }, (_, month) => {
      const day = (at: number): string => `2024-${String(at).padStart(2, '0')}-01`;
      return `CREATE TABLE readings_${month + 1} PARTITION OF readings FOR VALUES FROM ('${day(month + 1)}') TO ('${day(month + 2)}')`;
    }),
    `INSERT INTO readings SELECT 1 + n * 31 % 1000, timestamp '2024-01-01' + n * interval '2 minutes', random() * 100, n % 4 FROM generate_series(1, 160000) n`,
    `CREATE INDEX readings_device_at ON readings (device_id, at)`,
    `CREATE TABLE log (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamp NOT NULL, level text NOT NULL, source integer NOT NULL, message text NOT NULL)`,
    `INSERT INTO log (at, level, source, message) SELECT timestamp '2024-01-01' + n * interval '1 minute', CASE WHEN n % 1000 = 0 THEN 'error' ELSE 'info' END, n * 31 % 500, md5(n::text) FROM generate_series(1, 60000) n`,
    `CREATE INDEX log_at ON log (at)`,
    `CREATE TABLE visits (id integer, session_id integer NOT NULL, page text NOT NULL, country text NOT NULL, region text NOT NULL, ms integer NOT NULL)`,
    `INSERT INTO visits SELECT n, n / 3, 'page' || n % 50, 'c' || n % 20, 'r' || n % 20, n % 3000 FROM generate_series(1, 240000) n`,
    `CREATE INDEX visits_session ON visits (session_id)`,
    `CREATE TABLE clicks (visit_id integer NOT NULL, element text NOT NULL, bucket integer NOT NULL)`,
    `INSERT INTO clicks SELECT n % 4000, 'e' || n % 11, n % 5 FROM generate_series(1, 90000) n`,
    `CREATE INDEX clicks_visit ON clicks (visit_id)`,
    `CREATE TABLE samples (id integer PRIMARY KEY, batch integer NOT NULL, kind text NOT NULL, score numeric NOT NULL)`,
    `INSERT INTO samples SELECT n, n * 7919 % 300, 'k' || n % 5, random() * 1000 FROM generate_series(1, 120000) n`,
    `CREATE INDEX samples_batch ON samples (batch)`,
    `CREATE TABLE notes (id integer PRIMARY KEY, topic text NOT NULL, body text NOT NULL)`,
    `INSERT INTO notes SELECT n, 'topic' || n % 400, md5(n::text) FROM generate_series(1, 500) n`,
    `CREATE TABLE tracks (actor integer NOT NULL, spot integer NOT NULL)`,
    `INSERT INTO tracks SELECT CASE WHEN n % 10 = 0 THEN n ELSE n % 20 END, n % 9 FROM generate_series(1, 120000) n`,
    `VACUUM ANALYZE`,
    // After the last ANALYZE: newer times, and a table that is twice as large.
    `INSERT INTO log (at, level, source, message) SELECT timestamp '2024-06-01' + n * interval '1 minute', 'info', n % 500, md5(n::text) FROM generate_series(1, 5500) n`,
    `INSERT INTO clicks SELECT 4000, 'e12', 9 FROM generate_series(1, 60000) n`,
    `CREATE TABLE fresh (id integer PRIMARY KEY, state text NOT NULL, owner integer NOT NULL)`,
    `INSERT INTO fresh SELECT n, CASE WHEN n % 500 = 0 THEN 'bad' ELSE 'good' END, n % 900 FROM generate_series(1, 30000) n`,
    `CREATE INDEX fresh_owner ON fresh (owner)`,
    // Most rows deleted: pages that are empty, and never given back.
    `CREATE TABLE queue (id integer PRIMARY KEY, payload text NOT NULL, done boolean NOT NULL)`,
    `INSERT INTO queue SELECT n, repeat('payload ', 10), n % 30 <> 0 FROM generate_series(1, 120000) n`,
    `DELETE FROM queue WHERE id % 12 <> 0`,
    `VACUUM ANALYZE queue`,
  ],
};
