/** Figures of experiments on a hollow twin: indexes that nobody builds against the same ones really built. */
import { expect, test } from 'vitest';
import type { IndexWish, PlanFacts, Snapshot } from '../../src/engine/model.ts';
import { postgres } from '../../src/engines/postgres/index.ts';
import { hollowOf, snapshotOf } from '../hollow/plans.ts';
import { production, productionQueries, type Production } from '../support/production.ts';
import { figure, quantile } from './figure.ts';

const wanted = 53;

test.each([15, 18])('indexes that nobody built on PostgreSQL %d', async (major) => {
  const source = await production({ major });
  try {
    const snapshot = await snapshotOf(source.database.adminUrl);
    const wishes = wishesOf(snapshot).slice(0, wanted);
    expect(wishes).toHaveLength(wanted);
    const queries = productionQueries(snapshot.source.versionNumber).map(({ sql }) => sql);
    const { plain, priced, names, ms } = await tried(snapshot, wishes, queries);
    const { plans, buildMs } = await built(source, wishes, names, queries);

    const ratios: number[] = [];
    let same = 0;
    let changed = 0;
    for (const [i, plan] of plans.entries()) {
      const own = priced[i];
      if (!plan || !own) continue;
      const { identical, costRatio } = postgres.stats.comparePlans(plan, own);
      ratios.push(Math.abs(costRatio - 1));
      if (identical) same += 1;
      else
        process.stdout.write(
          `${queries[i]}\n  ${plan.nodes.join(' | ')} ${plan.totalCost}\n  ${own.nodes.join(' | ')} ${own.totalCost}\n`,
        );
      if (plain[i] && !postgres.stats.comparePlans(plan, plain[i]).identical) changed += 1;
    }
    const title = `${wanted} indexes that nobody built against built ones, ${ratios.length} queries, PostgreSQL ${major}`;
    figure(
      `${title}: identical plans`,
      'all',
      `${same} of ${ratios.length}, ${changed} of which the indexes changed`,
    );
    figure(
      '&nbsp;&nbsp;error of cost, median and 90 %',
      '≤ 0.1 % median',
      `${percent(quantile(ratios, 0.5))}, ${percent(quantile(ratios, 0.9))}`,
    );
    figure(
      '&nbsp;&nbsp;time to make them',
      '',
      `${Math.round(ms)} ms, to build them ${Math.round(buildMs)} ms`,
    );
    expect(ratios.length).toBeGreaterThan(100);
    expect(changed).toBeGreaterThan(5);
    expect(same / ratios.length).toBeGreaterThanOrEqual(0.98);
    expect(quantile(ratios, 0.5)).toBeLessThanOrEqual(0.001);
  } finally {
    await source.stop();
  }
});

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** An index for each column of a table with rows, in the order of the catalog. */
function wishesOf({ catalog, relations }: Snapshot): readonly IndexWish[] {
  const rows = new Map(relations.map((relation) => [`${relation.schema}.${relation.name}`, relation.rows]));
  const ordered = /^(bigint|integer|smallint|numeric|text|character|timestamp|date|uuid|boolean|citext)/;
  return catalog.tables.flatMap((table) =>
    table.partitionOf || (table.kind === 'table' && (rows.get(`${table.schema}.${table.name}`) ?? 0) < 100)
      ? []
      : table.columns
          .filter(({ type, generated }) => ordered.test(type) && generated?.kind !== 'virtual')
          .map(({ name }) => ({
            table: { schema: table.schema, name: table.name },
            definition: `(${postgres.quote.identifier(name)})`,
            unique: false,
          })),
  );
}

async function tried(
  snapshot: Snapshot,
  wishes: readonly IndexWish[],
  queries: readonly string[],
): Promise<{
  readonly plain: readonly (PlanFacts | undefined)[];
  readonly priced: readonly (PlanFacts | undefined)[];
  readonly names: readonly string[];
  readonly ms: number;
}> {
  const twin = await hollowOf(snapshot);
  try {
    const session = await postgres.connect(twin.database.adminUrl);
    await session.run("SET app.tenant = '3'");
    const trial = await postgres.hollow.whatIf(session, snapshot);
    const all = async (): Promise<readonly (PlanFacts | undefined)[]> => {
      const plans: (PlanFacts | undefined)[] = [];
      for (const sql of queries) plans.push(await trial.price(sql, []).catch(() => undefined));
      return plans;
    };
    const plain = await all();
    const began = performance.now();
    const made = await trial.create(wishes);
    const ms = performance.now() - began;
    const priced = await all();
    await trial.close();
    await session.close();
    return { plain, priced, ms, names: made.map(({ name }) => name.name) };
  } finally {
    await twin.sandbox.stop();
  }
}

async function built(
  source: Production,
  wishes: readonly IndexWish[],
  names: readonly string[],
  queries: readonly string[],
): Promise<{ readonly plans: readonly (PlanFacts | undefined)[]; readonly buildMs: number }> {
  const session = await postgres.connect(source.database.adminUrl);
  try {
    await session.run("SET app.tenant = '3'");
    const began = performance.now();
    for (const [i, { table, definition }] of wishes.entries())
      await session.query(
        `CREATE INDEX ${names[i]} ON ${postgres.quote.identifier(table.schema)}.${postgres.quote.identifier(table.name)} ${definition}`,
      );
    const buildMs = performance.now() - began;
    const plans: (PlanFacts | undefined)[] = [];
    for (const sql of queries)
      plans.push(await postgres.stats.explain(session, sql, [], false).catch(() => undefined));
    return { plans, buildMs };
  } finally {
    await session.close();
  }
}
