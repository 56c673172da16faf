import type { PlanNode } from '../../engine/plans/model.ts';
import type { PlanContext, PlanRule } from './model.ts';
import { parentOf, wholeShare, totalMs } from './reading/tree.ts';
import { count } from './reading/words.ts';

/** Runs of a subquery from which one pass over its table is likely cheaper. */
const manyRuns = 1000;

/** A subquery that is carried out for each row: a thousand runs, and a third of the time. */
export const correlatedSubquery: PlanRule = {
  id: 'correlated-subquery',
  group: 'joins',
  severity: 'warning',
  finds: 'A subquery that is carried out for each row',
  because: 'the server cannot turn it into a join, and looks each row up by itself',
  instead: 'Join with a grouped subquery, or use LATERAL or a window function.',
  needs: [],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      if (node.under !== 'SubPlan') return [];
      const runs = node.actual?.loops ?? estimatedRuns(context, node);
      if (runs < manyRuns) return [];
      const share =
        totalMs(context.plan) === undefined
          ? Math.min(1, (runs * node.totalCost) / Math.max(context.plan.root.totalCost, 1e-9))
          : wholeShare(context.plan, node);
      if (share < 0.3) return [];
      return [
        {
          node,
          message: `${node.subplan ?? 'The subquery'} runs ${count(runs)} times${node.actual ? '' : ' by the estimate'}.`,
          evidence: { runs },
          ...(node.actual?.totalMs === undefined ? {} : { stakeMs: node.actual.totalMs }),
          stakeCost: share,
          fix: {
            kind: 'rewrite',
            rule: 'subquery-to-join',
            advice: 'Join with the subquery grouped by the columns that tie it to the row.',
          },
        },
      ];
    }),
};

/** Rows of the step above, unless the subquery is hashed or kept and runs once. */
function estimatedRuns({ plan }: PlanContext, node: PlanNode): number {
  const parent = parentOf(plan, node);
  const texts = plan.nodes.flatMap((one) => [...Object.values(one.conditions), ...one.output]);
  const name = node.subplan ?? '';
  if (!parent || node.type === 'Materialize' || texts.some((text) => text.includes(`hashed ${name}`)))
    return 0;
  return parent.planRows;
}
