import type { PlanRule } from './model.ts';
import { isScan, rowsOf, tableWords, through, wholeShare } from './reading/tree.ts';
import { count } from './reading/words.ts';

/** Rows from which counting all of them takes tens of milliseconds whatever the plan is. */
const many = 100_000;

/** Every row of a table is counted. */
export const countOfEverything: PlanRule = {
  id: 'count-of-everything',
  group: 'reading',
  severity: 'info',
  finds: 'All rows of a table that are counted',
  because: 'no index spares looking at each row, and the answer is old when it arrives',
  instead: 'Show the estimate of the catalog (reltuples), or keep a counter.',
  needs: [],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      if (node.type !== 'Aggregate' || node.strategy !== 'Plain' || node.partial === 'Finalize') return [];
      const below = node.children[0] && through(node.children[0]);
      const scan = below?.type === 'Append' ? below.children[0] : below;
      if (!below || !scan || !isScan(scan) || Object.keys(scan.conditions).length > 0) return [];
      // Rows without a column are there to be counted.
      const rows = rowsOf(below);
      if (scan.planWidth > 0 || rows < many || wholeShare(context.plan, node) < 0.5) return [];
      return [
        {
          node,
          message: `${count(rows)} rows of ${tableWords(scan)} are read to count them.`,
          evidence: { rows },
          ...(node.actual?.totalMs === undefined ? {} : { stakeMs: node.actual.totalMs }),
          stakeCost: wholeShare(context.plan, node),
          fix: {
            kind: 'advice',
            advice:
              'Show the estimate that ANALYZE keeps, or count in a table of its own that triggers keep.',
          },
        },
      ];
    }),
};
