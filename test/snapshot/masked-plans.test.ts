/** Plans on a hollow twin of a masked snapshot, with the constants that masking translated, against production's. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CapturedStatement, PlanFacts, Session, Snapshot } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { maskSnapshot } from '../../src/snapshot/mask/mask.ts';
import type { HollowTwin } from '../../src/twin/hollow/hollow.ts';
import { hollowOf, snapshotOf } from '../hollow/plans.ts';
import { production, productionQueries, type Production } from '../support/production.ts';

/** Shares by which a cost may differ: of nearly all queries, and of ranges whose ends lie between two bounds. */
const tolerance = { most: 0.001, any: 0.1 };

const within = ['customers by substring', 'customers by case-insensitive substring'];

let source: Production;
let real: Snapshot;
let twin: HollowTwin;
let masked: Snapshot;
let live: Session;

beforeAll(async () => {
  source = await production({ rows: 5000, days: 80 });
  live = await postgres.connect(source.database.ownerUrl);
  const read = await snapshotOf(source.database.adminUrl, { ends: true });
  real = {
    ...read,
    workload: {
      source: 'queries',
      statements: productionQueries(live.serverVersion).map(({ name, sql }) => statement(name, sql)),
    },
  };
  // Also columns that nobody would call private, of many types, so that much is translated.
  masked = await maskSnapshot(real, {
    engine: postgres,
    columns: [
      'customers.email',
      'customers.name',
      'customers.birthday',
      'customers.city',
      'customers.balance',
      'customers.tags',
      'customers.created_at',
      'web_sessions.token',
      'products.sku',
      'products.price',
      'bookings.guest',
      'sales.orders.reference',
    ],
  });
  twin = await hollowOf(masked);
});
afterAll(async () => {
  await live?.close();
  await twin?.sandbox.stop();
  await source?.stop();
});

test('are the same, and cost the same where a constant is a value, a prefix or a day', async () => {
  const here = await postgres.connect(twin.url);
  try {
    for (const session of [live, here]) await session.run("SET app.tenant = '3'");
    const misses: string[] = [];
    let [translated, moved] = [0, 0];
    for (const [at, one] of real.workload.statements.entries()) {
      const { sql } = masked.workload.statements[at]!;
      if (sql !== one.sql) translated++;
      const [was, is] = [await explain(live, one.sql), await explain(here, sql)];
      const { costRatio } = postgres.stats.comparePlans(was, is);
      if (Math.abs(costRatio - 1) > tolerance.most) moved++;
      if (nodes(was) !== nodes(is) || Math.abs(costRatio - 1) > tolerance.any)
        misses.push(`${one.id}: cost ${costRatio.toFixed(3)}, ${nodes(was)} became ${nodes(is)}`);
    }
    expect(translated).toBeGreaterThan(25);
    // A constant inside a text has no place in any order: the file says so of the column.
    expect(misses.map((miss) => miss.split(':')[0])).toEqual(within);
    expect(
      masked.masked.find(({ relation, column }) => relation === 'customers' && column === 'name')?.notExact,
    ).toContain('inside a text');
    expect(moved / real.workload.statements.length).toBeLessThan(0.05);
  } finally {
    await here.close();
  }
});

interface Node {
  readonly 'Node Type'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Node[];
}

/** Nodes of a plan with what they read, without their constants. */
function nodes({ tree }: PlanFacts): string {
  const walk = (node: Node): string =>
    `${node['Node Type']} ${node['Index Name'] ?? node['Relation Name'] ?? ''}(${(node.Plans ?? []).map(walk).join(', ')})`;
  return walk((tree as { readonly Plan: Node }).Plan);
}

function explain(session: Session, sql: string): Promise<PlanFacts> {
  return postgres.stats.explain(session, sql, [], false);
}

function statement(id: string, sql: string): CapturedStatement {
  return {
    id,
    sql,
    calls: 1,
    totalMs: 1,
    meanMs: 1,
    minMs: 1,
    maxMs: 1,
    deviationMs: 0,
    rows: 1,
    hit: 1,
    read: 0,
    dirtied: 0,
    written: 0,
    tempRead: 0,
    tempWritten: 0,
    cut: false,
    samples: [],
  };
}
