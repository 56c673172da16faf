import type { PlanRule } from './model.ts';
import { wholeShare } from './reading/tree.ts';
import { count } from './reading/words.ts';

/** How many times the mean of the others one worker has from which they mostly wait for it: four fifths of the rows, of two workers. */
const skew = 4;

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
      if (!isUneven(rows) || all < 10_000 || wholeShare(plan, node) < 0.3) return [];
      // What stands above in the same process inherits it.
      if (node.children.some(({ actual }) => isUneven(actual?.workerRows ?? []))) return [];
      const most = Math.max(...rows);
      const others = (all - most) / (rows.length - 1);
      return [
        {
          node,
          message: `One of ${rows.length} workers makes ${count(most)} rows, the others ${count(others)} each.`,
          evidence: { workers: rows.length, 'rows of the busiest': most, 'rows of all': all },
          ...(node.actual?.totalMs === undefined
            ? {}
            : { stakeMs: node.actual.totalMs * (1 - all / rows.length / most) }),
          fix: { kind: 'advice', advice: 'Split the value or partition that one worker got.' },
        },
      ];
    }),
};

function isUneven(rows: readonly number[]): boolean {
  const most = Math.max(0, ...rows);
  const rest = rows.reduce((sum, one) => sum + one, 0) - most;
  return rows.length > 1 && most >= (rest / (rows.length - 1)) * skew;
}
