import { expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { testDatabase, testSandbox } from '../support/database.ts';
import { planned } from '../change/shop.ts';
import { proof, stepsOf } from './proof.ts';

const events = `
CREATE TABLE kinds (id integer PRIMARY KEY, name text);
CREATE TABLE events (id bigint NOT NULL, at date NOT NULL DEFAULT '2026-01-01', kind integer CONSTRAINT kind_there CHECK (kind > 0), PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE INDEX events_kind ON events (kind); CREATE INDEX events_lower ON events ((kind + 1)) WHERE kind > 3;
CREATE TABLE events_25 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_rest PARTITION OF events DEFAULT;
CREATE TABLE old (id bigint NOT NULL, at date NOT NULL DEFAULT '2026-01-01', kind integer, CONSTRAINT kind_there CHECK (kind > 0), PRIMARY KEY (id, at));
CREATE TABLE keyless (id bigint NOT NULL, at date NOT NULL DEFAULT '2026-01-01', kind integer, CONSTRAINT kind_there CHECK (kind > 0)); INSERT INTO keyless VALUES (5, '2028-03-01', 4);
CREATE TABLE bare (id integer NOT NULL, code text NOT NULL, n integer, k integer NOT NULL) PARTITION BY LIST (code);
CREATE TABLE bare_a PARTITION OF bare FOR VALUES IN ('a'); CREATE TABLE bare_b PARTITION OF bare FOR VALUES IN ('b', 'c');
CREATE MATERIALIZED VIEW sums AS SELECT id, count(*) FROM kinds GROUP BY id; CREATE UNIQUE INDEX ON sums (id);
CREATE MATERIALIZED VIEW loose AS SELECT id FROM kinds;
CREATE DOMAIN rate AS numeric; CREATE TABLE rates (id integer PRIMARY KEY, r rate);
INSERT INTO kinds SELECT n, 'k' FROM generate_series(1, 10) n;
INSERT INTO events SELECT n, date '2025-01-01' + n % 300, 1 + n % 9 FROM generate_series(1, 3000) n; INSERT INTO events VALUES (1, '2030-01-01', 3);
INSERT INTO old SELECT n, date '2026-01-01' + n % 300, 1 + n % 9 FROM generate_series(1, 3000) n;
INSERT INTO bare SELECT n, 'a', 1 + n % 9, n FROM generate_series(1, 100) n;
INSERT INTO rates SELECT n, n FROM generate_series(1, 100) n;
`;

test.each([
  "ALTER TABLE events ATTACH PARTITION old FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
  "ALTER TABLE events ATTACH PARTITION keyless FOR VALUES FROM ('2028-01-01') TO ('2029-01-01')",
  "CREATE TABLE events_27 PARTITION OF events FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')",
  "CREATE TABLE bare_d PARTITION OF bare FOR VALUES IN ('d', 'e')",
  'ALTER TABLE bare DETACH PARTITION bare_b',
  'ALTER TABLE events DETACH PARTITION events_25',
  'ALTER TABLE bare ADD CONSTRAINT bare_n FOREIGN KEY (n) REFERENCES kinds (id)',
  'ALTER TABLE bare ADD UNIQUE (id, code)',
  'ALTER TABLE bare ADD PRIMARY KEY (k, code)',
  'CREATE INDEX ON bare (n)',
  'REINDEX TABLE kinds',
  'REFRESH MATERIALIZED VIEW sums',
  'ALTER DOMAIN rate ADD CHECK (VALUE > 0)',
])('%s: the same end', { timeout: 60_000 }, async (sql) => {
  await proof(events, sql);
});

test('ATTACH reads neither the new part nor the default one', async () => {
  const sql = "ALTER TABLE events ATTACH PARTITION old FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')";
  const { change, session, adminUrl } = await planned(sql, {}, events);
  const watcher = await postgres.watch.open(adminUrl, (await testSandbox()).log);
  try {
    for (const step of change.phases.flatMap(({ steps }) => steps)) {
      if (/ATTACH PARTITION/.test(step.sql)) {
        const mark = await watcher.before(session.pid);
        await session.run('BEGIN');
        await session.query(step.sql);
        const seen = await watcher.after(session.pid, mark);
        await session.run('COMMIT');
        expect(seen.scans).toEqual([]);
        return;
      }
      for (const { sql: one } of postgres.grammar.split(step.sql)) await session.query(one);
    }
    expect.unreachable();
  } finally {
    await watcher.close();
    await session.close();
  }
});

test.each([
  ['REINDEX INDEX events_25_pkey', ['backfill: REINDEX INDEX CONCURRENTLY events_25_pkey']],
  ['REFRESH MATERIALIZED VIEW sums', ['backfill: REFRESH MATERIALIZED VIEW CONCURRENTLY sums']],
  ['REFRESH MATERIALIZED VIEW loose', ['backfill: REFRESH MATERIALIZED VIEW loose']],
  [
    'ALTER TABLE bare DETACH PARTITION bare_b',
    expect.arrayContaining(['contract: ALTER TABLE bare DETACH PARTITION bare_b CONCURRENTLY']),
  ],
  [
    'ALTER TABLE events DETACH PARTITION events_25',
    ['contract: ALTER TABLE events DETACH PARTITION events_25'],
  ],
])('%s becomes %s', async (sql, steps) => {
  const { change, session } = await planned(sql, {}, events);
  await session.close();
  expect(stepsOf(change)).toEqual(steps);
});

test.each(['VACUUM FULL kinds', 'CLUSTER kinds USING kinds_pkey', 'VACUUM (FULL) kinds'])(
  '%s is refused with what to do instead',
  async (sql) => {
    await expect(planned(sql, {}, events)).rejects.toMatchObject({
      code: 'change.refused',
      hint: expect.stringContaining('pg_repack'),
    });
    expect((await testDatabase()).ownerUrl).toBeTruthy();
  },
);

test(
  'a table in use becomes a part of a partitioned one that takes its name: nothing is copied',
  { timeout: 60_000 },
  async () => {
    const sql = `ALTER TABLE old RENAME TO old_before; ALTER TABLE old_before RENAME CONSTRAINT old_pkey TO old_before_pkey;
    CREATE TABLE old (id bigint NOT NULL, at date NOT NULL DEFAULT '2026-01-01', kind integer, CONSTRAINT kind_there CHECK (kind > 0), PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
    ALTER TABLE old ATTACH PARTITION old_before FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')`;
    const change = await proof(events, sql);
    expect(stepsOf(change).filter((step) => /VALIDATE/.test(step))).toHaveLength(1);
  },
);
