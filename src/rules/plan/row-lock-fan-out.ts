import type { PlanRule } from './model.ts';
import { parentOf, rowsOf } from './reading/tree.ts';
import { count } from './reading/words.ts';

/** Rows of which nobody needs all at once from one lock. */
const many = 1000;

/** Many rows that are locked by one statement. */
export const rowLockFanOut: PlanRule = {
  id: 'row-lock-fan-out',
  group: 'writes',
  severity: 'warning',
  finds: 'Many rows that are locked at once',
  because:
    'each lock is written to its row, and others wait for all of them; in another order it is a deadlock',
  instead:
    'Lock a few with LIMIT, in the order of a key, with SKIP LOCKED where several workers take from one table.',
  needs: [],
  check: ({ plan }) =>
    plan.nodes.flatMap((node) => {
      if (node.type !== 'LockRows') return [];
      const rows = rowsOf(node);
      // Without ANALYZE a LIMIT above may stop it sooner.
      if (rows < many || (!node.actual && parentOf(plan, node)?.type === 'Limit')) return [];
      return [
        {
          node,
          message: `${count(rows)} rows are locked by one statement.`,
          evidence: { rows },
          ...(node.actual?.totalMs === undefined ? {} : { stakeMs: node.actual.totalMs }),
          fix: { kind: 'advice', advice: 'Lock in batches: ORDER BY key LIMIT n FOR UPDATE SKIP LOCKED.' },
        },
      ];
    }),
};
