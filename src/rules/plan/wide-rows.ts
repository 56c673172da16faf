import type { PlanRule } from './model.ts';
import { formatBytes } from '../../base/units.ts';
import { ownShare, rowsOf, worthy } from './reading/tree.ts';
import { count } from './reading/words.ts';

/** Bytes of a row from which a page holds fewer than eight of them. */
const wide = 1024;

/** Wide rows that are kept in memory or sorted. */
export const wideRows: PlanRule = {
  id: 'wide-rows',
  group: 'reading',
  severity: 'warning',
  finds: 'Wide rows that are sorted or kept',
  because: 'every column that is carried along takes memory in each step, and spills to disk first',
  instead:
    'Select the columns that are needed; find the keys first, and fetch the wide columns for the rows that are left.',
  needs: [],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      if (!/^(?:Sort|Incremental Sort|Hash|Materialize|WindowAgg|Unique)$/.test(node.type)) return [];
      const rows = rowsOf(node.children[0] ?? node);
      if (node.planWidth < wide || rows < 1000 || rows * node.planWidth < 4 * 1024 * 1024) return [];
      if (ownShare(context.plan, node) < worthy) return [];
      return [
        {
          node,
          message: `${node.type} keeps ${count(rows)} rows of about ${formatBytes(node.planWidth)} each: ${formatBytes(rows * node.planWidth)}.`,
          evidence: { rows, 'bytes per row': node.planWidth },
          fix: {
            kind: 'rewrite',
            rule: 'late-fetch',
            advice: 'Sort or join by the keys alone, and fetch the wide columns for the rows that are left.',
          },
        },
      ];
    }),
};
