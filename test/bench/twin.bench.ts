/** Figures of snapshots and hollow twins. */
import { expect, test } from 'vitest';
import { postgres } from '../../src/engines/postgres/index.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { makeHollow } from '../../src/twin/hollow/hollow.ts';
import { allowPages, comparePlans, hollowOf, snapshotOf, type Role } from '../hollow/plans.ts';
import { addRows, production } from '../support/production.ts';
import { bigSchema, bigTable } from '../support/big-schema.ts';
import { asLargeAs } from './as-large-as.ts';
import { figure } from './figure.ts';

const quiet = { emit: () => undefined, signal: new AbortController().signal };
const terabyte = 2 ** 40;

test.each([15, 16, 17, 18])('plans of PostgreSQL %d on its hollow twin', async (major) => {
  for (const locale of [
    { provider: 'icu', locale: 'en-US' },
    { provider: 'libc', locale: 'C.UTF-8' },
  ] as const) {
    const source = await production({ major, locale });
    try {
      await allowPages(source);
      const seen = { superuser: { same: 0, all: 0 }, owner: { same: 0, all: 0 } };
      // First with fresh statistics, then with a tenth more rows than they know.
      for (const stale of [false, true]) {
        if (stale) await addRows(source);
        for (const by of ['superuser', 'owner'] as const) {
          const { adminUrl, ownerUrl } = source.database;
          const snapshot = await snapshotOf(by === 'owner' ? ownerUrl : adminUrl, { ends: true });
          const twin = await hollowOf(snapshot);
          try {
            for (const role of ['owner', 'shop_app', 'shop_support'] satisfies readonly Role[]) {
              const { queries, misses } = await comparePlans(source, twin, snapshot, role);
              seen[by].all += queries;
              seen[by].same += queries - misses.length;
            }
          } finally {
            await twin.sandbox.stop();
          }
        }
      }
      for (const [by, { same, all }] of Object.entries(seen)) {
        // Before 17 the server shows statistics of ranges to superusers only.
        const hidden = by === 'owner' && major < 17;
        figure(
          `plans and costs (0.1 %) of PostgreSQL ${major}, ${locale.provider}, fresh and 10 % stale, on a hollow twin; snapshot by ${by === 'owner' ? 'the owner, no superuser' : 'a superuser'}`,
          '≥ 98 %',
          `${((same / all) * 100).toFixed(1)} % (${same} of ${all})${hidden ? '; the server hides statistics of ranges' : ''}`,
        );
        expect(same / all).toBeGreaterThanOrEqual(hidden ? 0.95 : 0.98);
      }
    } finally {
      await source.stop();
    }
  }
});

test('a thousand tables, three thousand indexes, a terabyte', async () => {
  const sandbox = await startSandbox(postgres, { settings: { autovacuum: 'off' } });
  try {
    const database = await sandbox.createDatabase();
    await bigSchema(database.ownerUrl, { tables: 1000 });
    const began = performance.now();
    const taken = await snapshotOf(database.ownerUrl);
    const snapshotMs = performance.now() - began;
    expect(taken.catalog.tables).toHaveLength(1000);
    figure('snapshot of 1,000 tables and 3,000 indexes', '≤ 10 s', `${(snapshotMs / 1000).toFixed(2)} s`);
    const snapshot = asLargeAs(taken, terabyte);
    const twin = await makeHollow({ engine: postgres, snapshot, ...quiet });
    try {
      // Roles of the whole server are told, not made.
      expect(twin.leftOut.filter(({ path }) => !path.startsWith('role '))).toEqual([]);
      expect(twin.apparentBytes).toBeGreaterThan(0.95 * terabyte);
      figure('hollow twin of it as a terabyte', '≤ 10 s', `${(twin.ms / 1000).toFixed(2)} s`);
      figure('&nbsp;&nbsp;disk it takes', '≤ 300 MB', `${Math.round(twin.diskBytes / 1e6)} MB`);
      await experiments(twin.database.adminUrl, twin.url, snapshot);
    } finally {
      await twin.sandbox.stop();
    }
  } finally {
    await sandbox.stop();
  }
});

async function experiments(
  adminUrl: string,
  url: string,
  snapshot: Parameters<typeof postgres.hollow.whatIf>[1],
): Promise<void> {
  const plain = await postgres.connect(url);
  try {
    const began = performance.now();
    const count = 2000;
    for (let n = 1; n <= count; n++)
      await postgres.stats.explain(
        plain,
        `SELECT * FROM ${pathOf(n % 1000)} WHERE state = 'open' AND made_at > '2026-01-02' ORDER BY made_at LIMIT 20`,
        [],
        false,
      );
    figure(
      '&nbsp;&nbsp;EXPLAINs on it, one connection',
      '≥ 1,000 a second',
      `${Math.round((count / (performance.now() - began)) * 1000)} a second`,
    );
  } finally {
    await plain.close();
  }
  const session = await postgres.connect(adminUrl);
  const trial = await postgres.hollow.whatIf(session, snapshot);
  try {
    const wishes = Array.from({ length: 600 }, (_, n) => ({
      table: bigTable(n),
      definition: n % 2 === 0 ? '(code)' : "(state, amount DESC) WHERE done_on > '2026-01-10'",
      unique: false,
    }));
    const began = performance.now();
    const made = await trial.create(wishes);
    figure(
      '&nbsp;&nbsp;indexes that nobody builds, created and sized',
      '≥ 200 a second',
      `${Math.round((made.length / (performance.now() - began)) * 1000)} a second`,
    );
    expect(made).toHaveLength(wishes.length);
  } finally {
    await trial.close();
    await session.close();
  }
}

function pathOf(number: number): string {
  const { schema, name } = bigTable(number);
  return `${schema}.${name}`;
}
