import type { PlanRule } from './model.ts';
import { wholeShare } from './reading/tree.ts';
import { count, times } from './reading/words.ts';

/** Rows of one worker against the mean from which the others wait for it half of the time. */
const skew = 2;

/** One worker that does most of the work. */
export const workerSkew: PlanRule = {
  id: 'worker-skew',
  group: 'work',
  severity: 'info',
  finds: 'Workers of which one does most of the work',
  because: 'the statement takes as long as the slowest of them',
  instead: 'Look for the value or partition that one worker got; more and smaller partitions spread better.',
  needs: ['ANALYZE'],
  check: ({ plan }) =>
    plan.nodes.flatMap((node) => {
      const rows = node.actual?.workerRows ?? [];
      const all = rows.reduce((sum, one) => sum + one, 0);
      if (rows.length < 2 || all < 10_000 || wholeShare(plan, node) < 0.3) return [];
      const mean = all / rows.length;
      const most = Math.max(...rows);
      // What stands above in the same process inherits it.
      if (
        most < mean * skew ||
        node.children.some(
          (child) =>
            (child.actual?.workerRows?.length ?? 0) >= 2 &&
            Math.max(...child.actual!.workerRows!) * child.actual!.workerRows!.length >=
              skew * child.actual!.workerRows!.reduce((sum, one) => sum + one, 0),
        )
      )
        return [];
      return [
        {
          node,
          message: `One of ${rows.length} workers makes ${count(most)} rows, ${times(most / mean)} the mean.`,
          evidence: { workers: rows.length, 'rows of the busiest': most, 'rows of all': all },
          ...(node.actual?.totalMs === undefined ? {} : { stakeMs: node.actual.totalMs * (1 - mean / most) }),
          fix: { kind: 'advice', advice: 'Split the value or partition that one worker got.' },
        },
      ];
    }),
};
