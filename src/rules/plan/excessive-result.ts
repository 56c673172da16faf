import type { PlanRule } from './model.ts';
import { formatBytes } from '../../base/units.ts';
import { rowsOf } from './reading/tree.ts';
import { count } from './reading/words.ts';

/** Rows that no screen shows and few programs need at once. */
const many = 100_000;

/** More rows than a caller is likely to use. */
export const excessiveResult: PlanRule = {
  id: 'excessive-result',
  group: 'work',
  severity: 'info',
  finds: 'A result of a hundred thousand rows and more',
  because: 'sending, reading and keeping them takes longer than the plan shows',
  instead: 'Return pages, add up on the server, or copy (COPY) where all rows are really wanted.',
  needs: [],
  check: ({ plan }) => {
    const { root } = plan;
    const rows = rowsOf(root);
    if (root.type === 'ModifyTable' || rows < many) return [];
    return [
      {
        node: root,
        message: `${count(rows)} rows are returned, about ${formatBytes(rows * Math.max(1, root.planWidth))}.`,
        evidence: { rows },
        ...(root.actual?.totalMs === undefined ? {} : { stakeMs: root.actual.totalMs }),
        stakeCost: 1,
        fix: { kind: 'advice', advice: 'Return pages by a keyset, or add the rows up on the server.' },
      },
    ];
  },
};
