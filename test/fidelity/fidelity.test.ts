/** A production, its hollow and its filled twin: how true they are, and that each thing that makes them true is missed when it is taken away. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fidelityBlocks, fidelityOutput } from '../../src/deliver/twins/fidelity-blocks.ts';
import type { Snapshot } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import type { CapturedQuery } from '../../src/snapshot/workload/model.ts';
import { measureFidelity, type FidelityOptions } from '../../src/twin/fidelity/fidelity.ts';
import { spreadOf } from '../../src/twin/fidelity/marks.ts';
import type { Fidelity } from '../../src/twin/fidelity/model.ts';
import { compareStatistics } from '../../src/twin/fidelity/statistics.ts';
import { latencyVerdictAllowed } from '../../src/twin/fidelity/verdicts.ts';
import { makeHollow, type HollowTwin } from '../../src/twin/hollow/hollow.ts';
import { makeFilled, type FilledTwin } from '../../src/twin/sampled/sampled.ts';
import { production, type Production } from '../support/production.ts';
import { probedSnapshot, workloadOf } from './workload.ts';

const common = { engine: postgres, emit: () => undefined, signal: new AbortController().signal };
let source: Production;
let snapshot: Snapshot;
let workload: readonly CapturedQuery[];
let hollow: HollowTwin;
let filled: FilledTwin;

beforeAll(async () => {
  source = await production({ rows: 4000, days: 80 });
  snapshot = await probedSnapshot(source);
  workload = await workloadOf(source);
  hollow = await makeHollow({ ...common, snapshot });
  filled = await makeFilled({ ...common, snapshot, scale: 1, seed: 1 });
});

afterAll(async () => {
  await Promise.all([filled?.sandbox.stop(), hollow?.sandbox.stop(), source?.stop()]);
});

function measure(
  twin: HollowTwin | FilledTwin,
  kind: Fidelity['kind'],
  more: Partial<FidelityOptions> = {},
): Promise<Fidelity> {
  return measureFidelity({
    ...common,
    snapshot,
    twin: { url: twin.url, adminUrl: twin.database.adminUrl },
    workload,
    scale: 1,
    kind,
    ...more,
  });
}

async function as(url: string, sql: string): Promise<void> {
  const session = await postgres.connect(url);
  await session.run(sql).finally(() => session.close());
}

const production_ = (): FidelityOptions['reference'] => ({
  url: source.database.ownerUrl,
  kind: 'production',
});
const named = (fidelity: Fidelity, name: string) => fidelity.queries.find((query) => query.name === name)!;

describe('a hollow twin', () => {
  test("has production's plans and costs, and its statistics to the last column", async () => {
    const found = await measure(hollow, 'hollow', { reference: production_() });
    expect(found.statistics.beyond).toEqual([]);
    expect(found.plans).toMatchObject({ reference: 'production', basis: 'measured' });
    expect(found.plans!.compared).toBeGreaterThanOrEqual(150);
    expect(found.plans!.identical).toBeGreaterThanOrEqual(0.98 * found.plans!.compared);
    expect(found.passed).toBe(true);
    expect(found.calibration).toBeUndefined();
    expect(found.queries.every((query) => !latencyVerdictAllowed(query))).toBe(true);
  });

  test('with one index less shows whose plan changed', async () => {
    await as(
      hollow.database.adminUrl,
      'BEGIN READ WRITE; DROP INDEX sales.orders_customer_placed_idx; COMMIT',
    );
    const found = await measure(hollow, 'hollow', { reference: production_() });
    const changed = found.queries.filter(({ plan }) => plan && !plan.identical);
    expect(changed.length).toBeGreaterThan(5);
    for (const { name, usable } of changed) {
      expect(workload.find((query) => query.name === name)!.sql).toContain('orders');
      expect(usable).toBe(false);
    }
    expect(changed.some(({ because }) => because.includes('orders_customer_placed_idx'))).toBe(true);
    expect(found.passed).toBe(false);
  });
});

describe('a filled twin', () => {
  test('is measured against production, row by row of each node', async () => {
    const found = await measure(filled, 'filled', { reference: { ...production_()!, run: true } });
    expect(found.calibration).toMatchObject({ basis: 'measured' });
    expect(found.calibration!.replayed).toBeGreaterThanOrEqual(150);
    expect(found.plans!.actual!.n).toBeGreaterThan(500);
    expect(found.plans!.actual!.p50).toBeLessThanOrEqual(1.1);
    expect(found.plans!.actual!.p90).toBeLessThanOrEqual(1.3);
    expect(found.plans!.identical).toBeGreaterThanOrEqual(0.94 * found.plans!.compared);
    expect(found.statistics.within).toBeGreaterThanOrEqual(0.95 * found.statistics.columns);
    // Nobody analysed `imports`: nothing tells its values.
    const told = spreadOf(
      found.queries
        .filter(({ name }) => !/imports/.test(workload.find((query) => query.name === name)!.sql))
        .flatMap(({ plan }) => (plan?.actual ?? []).map(({ ratio }) => ratio)),
    )!;
    // So small a production leaves more to chance than a real one: nodes of a few rows.
    expect(told.p99).toBeLessThanOrEqual(4.5);
    // Skewed fan-out, composite keys and related dates are what the probes are for.
    const shop = spreadOf(
      found.queries
        .filter(({ name }) =>
          /orders|order_lines|stock/.test(workload.find((query) => query.name === name)!.sql),
        )
        .flatMap(({ plan }) => (plan?.actual ?? []).map(({ ratio }) => ratio)),
    )!;
    expect(shop.n).toBeGreaterThan(100);
    expect(shop.p90).toBeLessThanOrEqual(1.3);
    expect(shop.p99).toBeLessThanOrEqual(3);
    expect(found.line).toMatch(
      /^fidelity: \d+ of \d+ queries within the mark, rows p90 [\d.]+×, blocks p90 [\d.]+×/,
    );
    for (const query of found.queries)
      expect(query.usable, query.name).toBe(query.because.endsWith('within 2x'));
    expect(fidelityBlocks(found).map(({ id }) => id)).toContain('fidelity-queries');
    expect(fidelityOutput(found)).toMatchObject({ line: found.line, passed: found.passed });
  });

  test('leaves nothing of what it runs, and reads cannot write', async () => {
    const writes = [
      "INSERT INTO settings (key, value) VALUES ('fidelity', 'x')",
      'DELETE FROM settings',
      'WITH gone AS (DELETE FROM settings RETURNING 1) SELECT count(*) FROM gone',
    ];
    const queries = writes.map((sql, i): CapturedQuery => ({
      ...workload[0]!,
      name: `w${i}`,
      sql,
      kind: i === 2 ? 'read' : 'write',
    }));
    const count = async (): Promise<string> => {
      const session = await postgres.connect(filled.url);
      const { rows } = await session
        .query<{ n: string }>('SELECT count(*)::text AS n FROM settings')
        .finally(() => session.close());
      return rows[0]!.n;
    };
    const before = await count();
    const found = await measure(filled, 'filled', { workload: queries });
    expect(await count()).toBe(before);
    expect(named(found, 'w0').replay?.rows.here).toBe(1);
    expect(named(found, 'w1').replay?.rows.here).toBe(Number(before));
    expect(named(found, 'w2')).toMatchObject({
      usable: false,
      because: expect.stringMatching(/read-only/) as string,
    });
  });

  test('whose fan-out was flattened fails the mark and gives no latency verdict', async () => {
    const before = await measure(filled, 'filled', { workload: skewed() });
    expect(before.marks.find(({ name }) => name === 'rows')?.met).toBe(true);
    // Nothing after this test uses the rows: every customer has equally many orders from here on.
    await as(
      filled.database.adminUrl,
      `SET session_replication_role = replica;
UPDATE sales.orders o SET customer_id = c.id
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS n, count(*) OVER () AS rows FROM customers) c,
       (SELECT id, row_number() OVER (ORDER BY id) AS n FROM sales.orders) r
 WHERE r.id = o.id AND (r.n - 1) % c.rows + 1 = c.n;
ANALYZE sales.orders`,
    );
    const after = await measure(filled, 'filled', { workload: skewed() });
    expect(after.marks.find(({ name }) => name === 'rows')?.met).toBe(false);
    expect(after.passed).toBe(false);
    expect(after.queries.filter(({ usable }) => usable).length).toBeLessThan(
      before.queries.filter(({ usable }) => usable).length,
    );
    expect(
      after.queries.some(
        (query, i) => latencyVerdictAllowed(before.queries[i]) && !latencyVerdictAllowed(query),
      ),
    ).toBe(true);
    const distance = ({ statistics }: Fidelity): number =>
      statistics.beyond
        .filter(({ relation, column }) => relation.name === 'orders' && column === 'customer_id')
        .flatMap(({ distances }) => distances)
        .find(({ measure: one }) => one === 'common values')?.value ?? 0;
    expect(distance(after)).toBeGreaterThan(distance(before) + 0.1);
  });
});

test('statistics of another table are told, worst first', async () => {
  const session = await postgres.connect(hollow.database.adminUrl);
  try {
    const swapped: Snapshot = {
      ...snapshot,
      columns: snapshot.columns.map((column) => {
        const other = ['customers', 'products'].indexOf(column.relation);
        const taken =
          other < 0
            ? undefined
            : snapshot.columns.find(
                (one) =>
                  one.relation === ['products', 'customers'][other] && one.position === column.position,
              );
        return taken
          ? { ...taken, schema: column.schema, relation: column.relation, column: column.column }
          : column;
      }),
    };
    const compare = (there: Snapshot) =>
      compareStatistics({ engine: postgres, session, there, here: snapshot, scale: 1 });
    expect((await compare(snapshot)).beyond).toEqual([]);
    const { beyond } = await compare(swapped);
    expect(new Set(beyond.map(({ relation }) => relation.name))).toEqual(new Set(['customers', 'products']));
    expect(beyond.length).toBeGreaterThan(5);
    expect(beyond.map(({ worst }) => worst)).toEqual(
      beyond.map(({ worst }) => worst).toSorted((a, b) => b - a),
    );
    const lacking = await compareStatistics({
      engine: postgres,
      session,
      there: snapshot,
      here: { ...snapshot, columns: [] },
      scale: 1,
    });
    expect(lacking.within).toBe(0);
  } finally {
    await session.close();
  }
});

/** The busiest customers' orders, and how many customers have how many. */
function skewed(): readonly CapturedQuery[] {
  return workload.filter(({ sql }) => /sales\.orders/.test(sql) && /customer_id/.test(sql));
}
