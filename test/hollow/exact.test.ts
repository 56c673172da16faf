/** `exact: true` is only said when every plan is production's: what statistics do not tell is named, and what cannot matter is not. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Session, Snapshot } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { Sandbox, SandboxDatabase } from '../../src/sandbox/model.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { HollowTwin } from '../../src/twin/hollow/hollow.ts';
import { hollowOf, snapshotOf } from './plans.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox(postgres, { settings: { autovacuum: 'off' } });
}, 60_000);
afterAll(() => sandbox?.stop());

interface Case {
  /** Run one by one by a superuser, who makes a table `t`. */
  readonly sql: readonly string[];
  /** A condition on `t`. */
  readonly where: string;
  readonly named?: readonly string[];
}

interface Found {
  readonly exact: boolean;
  readonly notExact: HollowTwin['notExact'];
  readonly leftOut: readonly string[];
  readonly same: boolean;
  readonly snapshot: Snapshot;
}

const rows = `INSERT INTO t SELECT i, 'name number ' || i % 77, to_tsvector('english', 'running horses ' || i % 50), i % 9 FROM generate_series(1, 10000) AS i`;
const table = [
  'CREATE EXTENSION pageinspect',
  'CREATE TABLE t (id int PRIMARY KEY, name text, body tsvector, n int)',
  rows,
  // Else the rows would be counted after the ANALYZE that has seen them.
  'SELECT pg_stat_force_next_flush()',
];

/** A database, its snapshot, its twin and the plan of one query on both. */
async function tried(
  { sql, where }: Omit<Case, 'named'>,
  url = (database: SandboxDatabase) => database.adminUrl,
): Promise<Found> {
  const database = await sandbox.createDatabase({ locale: { provider: 'builtin', locale: 'C.UTF-8' } });
  let twin: HollowTwin | undefined;
  try {
    await within(database.adminUrl, async (session) => {
      for (const one of sql) await session.run(one.replaceAll('this_database', database.name));
    });
    const snapshot = await snapshotOf(url(database));
    twin = await hollowOf(snapshot);
    const [there, here] = await Promise.all(
      [database.adminUrl, twin.database.adminUrl].map((address) =>
        within(address, (session) =>
          postgres.stats.explain(session, `SELECT * FROM t WHERE ${where}`, [], false),
        ),
      ),
    );
    const { identical, costRatio } = postgres.stats.comparePlans(there!, here!);
    const estimates = [there!, here!].map(
      (plan) => (plan.tree as { Plan: { 'Plan Rows': number } }).Plan['Plan Rows'],
    );
    return {
      exact: twin.exact,
      notExact: twin.notExact,
      leftOut: twin.leftOut.map(({ path }) => path),
      same: identical && costRatio === 1 && estimates[0] === estimates[1],
      snapshot,
    };
  } finally {
    await twin?.sandbox.stop();
    await sandbox.dropDatabase(database);
  }
}

async function within<T>(url: string, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await postgres.connect(url);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

describe('a twin is exact, and so is the plan', () => {
  test.each<[string, Case]>([
    ['with ends that ANALYZE saw', { sql: [...table, 'ANALYZE t'], where: 'id > 9990' }],
    [
      'with the language of texts and the threshold of likeness that production has',
      {
        sql: [
          ...table,
          'CREATE EXTENSION pg_trgm',
          'ALTER DATABASE this_database SET pg_trgm.similarity_threshold = 0.9',
          "ALTER DATABASE this_database SET default_text_search_config = 'german'",
          'ANALYZE t',
        ],
        where: "name % 'name number 7' AND NOT body @@ plainto_tsquery('running')",
      },
    ],
    [
      'without statistics that production does not have either',
      {
        sql: [
          ...table,
          'ALTER TABLE t ALTER name SET STATISTICS 0',
          'ANALYZE t',
          'ALTER TABLE t ADD late int',
          'CREATE STATISTICS later ON id, n FROM t',
          'CREATE INDEX ON t ((n + 1))',
          'CREATE TABLE counted (id int)',
          'INSERT INTO counted VALUES (1)',
          'VACUUM counted',
        ],
        where: "name = 'x' AND late = 3 AND n + 1 = 4",
      },
    ],
    [
      'with an index that is not valid, whose height nobody asks for',
      {
        sql: [
          ...table,
          'CREATE INDEX broken ON t (n)',
          'ANALYZE t',
          "UPDATE pg_catalog.pg_index SET indisvalid = false WHERE indexrelid = 'broken'::regclass",
        ],
        where: 'n = 4',
      },
    ],
    [
      'with limits that roles have for their statements',
      {
        sql: [
          ...table,
          'ANALYZE t',
          'ALTER DATABASE this_database SET statement_timeout = 30000',
          'ALTER DATABASE this_database SET lock_timeout = 1000',
        ],
        where: 'id = 4',
      },
    ],
  ])('%s', async (_, one) => {
    const { exact, notExact, same } = await tried(one);
    expect(notExact).toEqual([]);
    expect({ exact, same }).toEqual({ exact: true, same: true });
  });
});

describe('a twin is not exact, and what a different plan rests on is named', () => {
  test.each<[string, Case]>([
    [
      'ends of an index that a small sample may have missed',
      {
        sql: [...table, 'SET default_statistics_target = 3; ANALYZE t'],
        where: 'id > 9990',
        named: ['column public.t.id'],
      },
    ],
    [
      'a tablespace with costs of its own',
      {
        sql: [
          ...table,
          'ANALYZE t',
          'SET allow_in_place_tablespaces = on',
          "CREATE TABLESPACE fast LOCATION '' WITH (seq_page_cost = 0.1)",
          'ALTER TABLE t SET TABLESPACE fast',
        ],
        where: 'n = 4',
        named: ['table public.t'],
      },
    ],
    [
      'routines of the server and of extensions that were altered',
      {
        sql: [
          'CREATE EXTENSION pg_trgm',
          ...table,
          'ANALYZE t',
          'ALTER FUNCTION similarity(text, text) COST 5000',
          'ALTER FUNCTION pg_catalog.lower(text) COST 77',
        ],
        where: "similarity(name, 'x') > 0.5 AND lower(name) = 'x'",
        named: ['routine pg_catalog.lower(text)', 'routine public.similarity(text, text)'],
      },
    ],
    [
      'ranges that are expressions of extended statistics',
      {
        sql: [...table, 'CREATE STATISTICS spans ON (int4range(id, id + n)) FROM t', 'ANALYZE t'],
        where: 'int4range(id, id + n) && int4range(3, 40)',
        named: ['statistics public.spans'],
      },
    ],
  ])('%s', async (_, { named, ...one }) => {
    const { exact, notExact, same } = await tried(one);
    expect({ exact, same }).toEqual({ exact: false, same: false });
    expect(notExact.map(({ what }) => what)).toEqual(named);
  });

  test('an extension that queries may use is missing', async () => {
    const one = { sql: [...table, 'ANALYZE t'], where: 'id = 4' };
    const without = await tried({ ...one, sql: [...one.sql, 'CREATE EXTENSION bloom'] });
    expect(without.leftOut).toContain('extension bloom');
    expect(without.exact).toBe(false);
    // One that only looks at the server is missing as well, and nobody misses it.
    const beside = await tried({ ...one, sql: [...one.sql, 'CREATE EXTENSION pgstattuple'] });
    expect(beside.leftOut).toContain('extension pgstattuple');
    expect(beside.exact).toBe(true);
  });
});

test('statistics that do not exist are not called hidden, and hidden ones are', async () => {
  const sql = [
    ...table,
    'ANALYZE t',
    'CREATE STATISTICS later ON id, n FROM t',
    "DO $$ BEGIN IF to_regrole('looker') IS NULL THEN CREATE ROLE looker LOGIN; END IF; END $$",
    'GRANT SELECT ON t TO looker',
  ];
  const whole = await tried({ sql, where: 'id = 4' });
  expect(whole.snapshot.unseen.map(({ what }) => what)).not.toContainEqual(expect.stringContaining('later'));
  const looker = await tried({ sql, where: 'id = 4' }, ({ ownerUrl }) => {
    const url = new URL(ownerUrl);
    url.username = 'looker';
    return url.href;
  });
  expect(looker.snapshot.unseen.map(({ what }) => what)).toContainEqual(expect.stringContaining('later'));
  expect(looker.exact).toBe(false);
});

test('masked columns are named where the planner knows values, and only there', async () => {
  const database = await sandbox.createDatabase({ locale: { provider: 'builtin', locale: 'C.UTF-8' } });
  const of = (relation: string, column: string) => ({ schema: 'public', relation, column, why: 'declared' });
  let twin: HollowTwin | undefined;
  try {
    await within(database.adminUrl, async (session) => {
      for (const one of [...table, 'ANALYZE t', 'CREATE TABLE fresh (name text)']) await session.run(one);
    });
    const snapshot = await snapshotOf(database.adminUrl);
    twin = await hollowOf({ ...snapshot, masked: [of('t', 'name'), of('fresh', 'name')] });
    expect(twin.notExact.map(({ what }) => what)).toEqual(['column public.t.name']);
    expect(twin.exact).toBe(false);
  } finally {
    await twin?.sandbox.stop();
    await sandbox.dropDatabase(database);
  }
});
