/** PostgreSQL 18, ICU: plans on a hollow twin are production's, and they part as soon as one of the things that make them so is taken away. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Session, Snapshot } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { reshape, type Shape } from '../../src/engines/postgres/pages/reshape.ts';
import type { HollowTwin } from '../../src/twin/hollow/hollow.ts';
import { addRows, production, productionQueries, type Production } from '../support/production.ts';
import { allowPages, comparePlans, hollowOf, snapshotOf, unexplained } from './plans.ts';

let source: Production;
let snapshot: Snapshot;
let twin: HollowTwin;

beforeAll(async () => {
  source = await production();
  await allowPages(source);
  snapshot = await snapshotOf(source.database.adminUrl, { ends: true });
  twin = await hollowOf(snapshot);
});

afterAll(async () => {
  await twin?.sandbox.stop();
  await source?.stop();
});

describe('a hollow twin', () => {
  test('plans every query as its production does, for the owner and under row security', async () => {
    for (const role of ['owner', 'shop_app', 'shop_support'] as const) {
      const { queries, misses } = await comparePlans(source, twin, snapshot, role);
      expect(queries).toBeGreaterThanOrEqual(150);
      expect(misses, role).toEqual([]);
    }
  });

  test('leaves nothing out and says that it is exact', () => {
    expect(twin.notExact).toEqual([]);
    expect(twin.exact).toBe(true);
  });

  test('shows the same statistics, rows over several columns and of expressions included', async () => {
    for (const view of ['pg_stats', 'pg_stats_ext', 'pg_stats_ext_exprs'])
      expect(await statistics(twin.database.adminUrl, view), view).toEqual(
        await statistics(source.database.adminUrl, view),
      );
  });

  test('holds no row, and refuses writes', async () => {
    const session = await postgres.connect(twin.url);
    try {
      for (const sql of [
        'SELECT count(*)::int AS n FROM customers',
        'SELECT count(*)::int AS n FROM customers WHERE id > 0',
        'SELECT count(*)::int AS n FROM (SELECT id FROM sales.orders ORDER BY id) AS o',
      ]) {
        await session.run('SET enable_seqscan = off; SET enable_bitmapscan = off');
        expect((await session.query(sql)).rows, sql).toEqual([{ n: 0 }]);
      }
      await expect(session.query("INSERT INTO settings VALUES ('a', 'b')")).rejects.toThrow(/read-only/);
    } finally {
      await session.close();
    }
  });

  test('has the ends of its indexes after experiments, too', async () => {
    const query = productionQueries(180_000).find(({ name }) => name === 'last sessions')!;
    const before = await explained(query.sql);
    const session = await postgres.connect(twin.database.adminUrl);
    const experiments = await postgres.hollow.whatIf(session, snapshot);
    await experiments.create([
      { table: { schema: 'public', name: 'web_sessions' }, definition: '(customer_id)', unique: false },
    ]);
    await experiments.close();
    await session.close();
    // Pages that the server still remembers would hide what became of the file.
    const other = await postgres.connect(twin.database.adminUrl, {
      settings: { default_transaction_read_only: 'off' },
    });
    await other.run(
      `CREATE EXTENSION pg_buffercache SCHEMA public; SELECT pg_buffercache_evict_relation('web_sessions'); DROP EXTENSION pg_buffercache`,
    );
    await other.close();
    expect(postgres.stats.comparePlans(before, await explained(query.sql))).toMatchObject({
      identical: true,
      costRatio: 1,
    });
  });

  test('takes less room than its files seem to', () => {
    expect(twin.apparentBytes).toBeGreaterThan(40_000_000);
    expect(twin.diskBytes).toBeLessThan(twin.apparentBytes);
  });
});

describe('with rows that came after the last ANALYZE', () => {
  let stale: Snapshot;
  let after: HollowTwin;

  beforeAll(async () => {
    await addRows(source);
    stale = await snapshotOf(source.database.ownerUrl, { ends: true });
    after = await hollowOf(stale);
  });
  afterAll(() => after?.sandbox.stop());

  test('plans are the same for a snapshot of the owner, but where counts of GIN had to be worked out', async () => {
    expect(stale.source.role.superuser).toBe(false);
    // Nobody but a superuser sees the first page of an index: heights must come out right, and only GIN may differ.
    const unseen = after.notExact.filter(({ why }) => why.startsWith('The counts in its first page'));
    expect(unseen.length).toBeGreaterThan(4);
    for (const role of ['owner', 'shop_app'] as const) {
      const compared = await comparePlans(source, after, stale, role);
      expect(unexplained(compared, unseen, stale)).toEqual([]);
      expect(compared.misses.length / compared.queries, told(compared.misses)).toBeLessThanOrEqual(0.02);
    }
  });

  test('and are the same without exception for a superuser’s', async () => {
    const seen = await snapshotOf(source.database.adminUrl, { ends: true });
    const session = await postgres.connect(after.database.adminUrl);
    try {
      await postgres.hollow.apply(session, seen);
    } finally {
      await session.close();
    }
    expect((await comparePlans(source, after, seen, 'owner')).misses).toEqual([]);
  });

  test('a monitor without rights on rows sees less: each miss is explained', async () => {
    const seen = await snapshotOf(source.url('shop_watcher'));
    const watched = await hollowOf(seen);
    try {
      const compared = await comparePlans(source, watched, seen, 'owner');
      expect(watched.exact).toBe(false);
      expect(watched.notExact.map(({ what }) => what)).toEqual(
        expect.arrayContaining([
          'table public.tickets',
          'column sales.orders.id',
          'index sales.orders_day_idx',
          'statistics public.customers_place_stats',
        ]),
      );
      expect(compared.misses.map(({ name }) => name)).toContain('orders beyond the last one analysed');
      expect(
        unexplained(
          compared,
          // A height that is worked out is no excuse.
          watched.notExact.filter(({ why }) => !why.includes('height')),
          seen,
        ),
      ).toEqual([]);
    } finally {
      await watched.sandbox.stop();
    }
  });
});

describe('plans part from production', () => {
  test('when a tree is not as high', async () => {
    await parts('order by key', (session) =>
      shape(session, { schema: 'sales', name: 'orders_pkey', pages: 57, level: 3 }),
    );
  });

  test('when a tree has no ends', async () => {
    await parts('last sessions', (session) =>
      shape(session, { schema: 'public', name: 'web_sessions_seen_idx', pages: 13, level: 1 }),
    );
  });

  test('when statistics of one column are missing', async () => {
    await parts('customers by first name prefix', (session) =>
      session.run(`DELETE FROM pg_statistic WHERE starelid = 'customers'::regclass
        AND staattnum = (SELECT attnum FROM pg_attribute WHERE attrelid = 'customers'::regclass AND attname = 'name')`),
    );
  });

  test('when statistics over several columns are missing', async () => {
    await parts('customers of a city', (session) =>
      session.run(
        `DELETE FROM pg_statistic_ext_data WHERE stxoid = (SELECT oid FROM pg_statistic_ext WHERE stxname = 'customers_place_stats')`,
      ),
    );
  });

  test('when a file is not as long as production’s', async () => {
    await parts('orders of a week', (session) =>
      shape(session, { schema: 'sales', name: 'orders', pages: 0 }),
    );
  });
});

/** The query's plan or cost is another one after the harm; the source has rows since, so both are the twin's. */
async function parts(name: string, harm: (session: Session) => Promise<unknown>): Promise<void> {
  const only = productionQueries(180_000).find((query) => query.name === name)!;
  const before = await explained(only.sql);
  const session = await postgres.connect(twin.database.adminUrl, {
    settings: { default_transaction_read_only: 'off' },
  });
  try {
    await harm(session);
  } finally {
    await session.close();
  }
  const { identical, costRatio } = postgres.stats.comparePlans(before, await explained(only.sql));
  expect(identical && Math.abs(costRatio - 1) <= 0.001).toBe(false);
}

async function explained(sql: string) {
  const session = await postgres.connect(twin.url);
  try {
    return await postgres.stats.explain(session, sql, [], false);
  } finally {
    await session.close();
  }
}

async function shape(session: Session, one: Shape): Promise<void> {
  await reshape(session, [one]);
}

async function statistics(url: string, view: string): Promise<readonly unknown[]> {
  const session = await postgres.connect(url, { settings: { timezone: 'UTC' } });
  try {
    const { rows } = await session.query<{ row: string }>(
      `SELECT row_to_json(s)::text AS row FROM ${view} s WHERE schemaname !~ '^(pg_|information_schema)' ORDER BY 1`,
    );
    return rows.map(({ row }) => row.replace(/"statistics_owner":"[^"]*"/, ''));
  } finally {
    await session.close();
  }
}

function told(misses: readonly { readonly name: string; readonly differences: readonly string[] }[]): string {
  return misses.map(({ name, differences }) => `${name}: ${differences[0] ?? 'cost'}`).join('\n');
}
