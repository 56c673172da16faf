import type { PlanNode } from '../../engine/plans/model.ts';
import type { PlanRule } from './model.ts';
import { analyzeFix } from './reading/estimates.ts';
import { below, wholeShare } from './reading/tree.ts';
import { count, times } from './reading/words.ts';

/** A nested loop whose outer side has ten times the rows it was chosen for: a thousand runs and a third of the time at least. */
export const loopRunMoreThanPlanned: PlanRule = {
  id: 'loop-run-more-than-planned',
  group: 'joins',
  severity: 'error',
  finds: 'A nested loop that runs far more often than planned',
  because: 'a loop is right for a few rows; for many a hash or merge join reads the other side once',
  instead:
    'Mend the estimate of the outer side: ANALYZE, extended statistics, or a condition that the planner can estimate.',
  needs: ['ANALYZE'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      const [outer, inner] = node.children;
      if (node.type !== 'Nested Loop' || !outer?.actual || !inner?.actual) return [];
      const planned = Math.max(1, outer.planRows);
      const loops = inner.actual.loops;
      if (outer.actual.rows < planned * 10 || loops < 1000) return [];
      if (wholeShare(context.plan, inner) < 0.3) return [];
      // The loop below inherits what the one above suffers from.
      if (below(outer).some((one) => one.type === 'Nested Loop' && isOver(one))) return [];
      return [
        {
          node,
          message: `The inner side runs ${count(loops)} times, ${times(outer.actual.rows / planned)} as often as the ${count(planned)} it was planned for.`,
          evidence: { 'runs planned': planned, runs: loops },
          ...(inner.actual.totalMs === undefined ? {} : { stakeMs: inner.actual.totalMs }),
          fix: analyzeFix(context, outer),
        },
      ];
    }),
};

function isOver({ children }: PlanNode): boolean {
  const [outer, inner] = children;
  return (
    outer?.actual !== undefined &&
    outer.actual.rows >= Math.max(1, outer.planRows) * 10 &&
    (inner?.actual?.loops ?? 0) >= 1000
  );
}
