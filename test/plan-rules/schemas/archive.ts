import type { PlanSchema } from '../model.ts';

/** More rows than the cache holds. */
export const archive: PlanSchema = {
  name: 'archive',
  settings: { shared_buffers: '1MB' },
  statements: [
    `CREATE TABLE letters (id integer PRIMARY KEY, sender integer NOT NULL, body text NOT NULL)`,
    `ALTER TABLE letters ALTER COLUMN body SET STORAGE PLAIN`,
    `INSERT INTO letters SELECT n, n % 700, repeat(md5(n::text), 60) FROM generate_series(1, 20000) n`,
    `CREATE TABLE senders (id integer PRIMARY KEY, name text NOT NULL)`,
    `INSERT INTO senders SELECT n, 'sender' || n FROM generate_series(1, 700) n`,
    `VACUUM ANALYZE`,
  ],
};
