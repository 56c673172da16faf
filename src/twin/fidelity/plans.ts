/** Plans on a twin against plans where they are known to be production's. */
import { DbdError } from '../../base/error.ts';
import type { Engine, ReplayNode, Session } from '../../engine/model.ts';
import type { CapturedQuery } from '../../snapshot/workload/model.ts';
import { rolledBack } from './rolled-back.ts';
import { leastCost, leastRowsPerCall, ratioOf } from './marks.ts';
import type { QueryPlan } from './model.ts';

/** Sets of values for which the plans of a query are compared. */
const sets = 3;

/** Whose plans count: production itself, or a hollow twin of the same snapshot. */
export interface Reference {
  readonly url: string;
  readonly kind: 'production' | 'hollow twin';
  /** Run the queries there too, read-only, and compare the rows of each node; only where somebody allowed it. */
  readonly run?: boolean;
}

export interface PlanOptions {
  readonly engine: Engine;
  readonly twin: Session;
  readonly reference: Session;
  /** Run reading queries on both sides and compare the rows of each node. */
  readonly run: boolean;
}

/** Compares the plans of a query for some of its values; a query that either side cannot plan comes back as the reason. */
export async function comparePlan(
  { engine, twin, reference, run }: PlanOptions,
  query: CapturedQuery,
): Promise<QueryPlan | { readonly reason: string }> {
  const { stats } = engine;
  const differences = new Set<string>();
  const costs: number[] = [];
  const estimates: number[] = [];
  const actual: NonNullable<QueryPlan['actual']>[number][] = [];
  const execute = run && query.kind === 'read';
  const explain = (session: Session, values: readonly unknown[]) =>
    rolledBack(session, query.kind, () => stats.explain(session, query.sql, values, execute));
  try {
    for (const values of query.values.slice(0, sets)) {
      const there = await explain(reference, values);
      const here = await explain(twin, values);
      const { identical, costRatio, differences: found } = stats.comparePlans(there, here);
      for (const one of found) differences.add(one);
      costs.push(costRatio);
      const [before, after] = [stats.nodesOf(there), stats.nodesOf(here)];
      if (identical)
        before.forEach((node, i) => estimates.push(ratioOf(node.estimated, after[i]!.estimated, 1)));
      if (execute) actual.push(...actualRows(before, after, identical));
    }
  } catch (error) {
    if (error instanceof DbdError && error.code !== 'interrupted') return { reason: error.message };
    throw error;
  }
  return {
    identical: differences.size === 0,
    costRatio: costs.reduce(
      (worst, one) => (ratioOf(one, 1, leastCost) > ratioOf(worst, 1, leastCost) ? one : worst),
      1,
    ),
    differences: [...differences],
    ...(estimates.length === 0 ? {} : { estimate: Math.max(...estimates) }),
    ...(execute ? { actual } : {}),
  };
}

/** Rows of nodes that do the same on both sides: all of them in equal plans, else those whose title both plans have once. */
function actualRows(
  there: readonly ReplayNode[],
  here: readonly ReplayNode[],
  identical: boolean,
): NonNullable<QueryPlan['actual']> {
  const once = (nodes: readonly ReplayNode[], title: string): boolean =>
    nodes.filter((node) => node.title === title).length === 1;
  return there.flatMap((node, i) => {
    const other = identical
      ? here[i]
      : i === 0
        ? here[0]
        : once(there, node.title) && once(here, node.title)
          ? here.find(({ title }) => title === node.title)
          : undefined;
    if (node.actual === undefined || other?.actual === undefined) return [];
    return [
      {
        node: node.title,
        there: node.actual,
        here: other.actual,
        ratio: ratioOf(node.actual, other.actual, leastRowsPerCall),
      },
    ];
  });
}
