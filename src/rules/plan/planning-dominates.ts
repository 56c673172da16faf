import type { PlanRule } from './model.ts';
import { formatMs } from '../../base/units.ts';
import { isScan } from './reading/tree.ts';

/** Planning that takes longer than the work, and more than five milliseconds: below, the round trip is longer than both. */
export const planningDominates: PlanRule = {
  id: 'planning-dominates',
  group: 'work',
  severity: 'warning',
  finds: 'Planning that takes longer than the work',
  because: 'every call plans anew: many partitions, joins or indexes are weighed for a few rows',
  instead:
    'Prepare the statement, filter by the partition key, or have fewer partitions. Look at a second run: the first one in a session also reads the catalog.',
  needs: ['ANALYZE'],
  check: ({ plan }) => {
    const { planningMs = 0, executionMs } = plan;
    if (executionMs === undefined || planningMs <= 5 || planningMs <= executionMs) return [];
    const tables = plan.nodes.filter(isScan).length;
    return [
      {
        node: plan.root,
        message: `Planning takes ${formatMs(planningMs)} and the work ${formatMs(executionMs)}, over ${tables} scans of tables.`,
        evidence: { 'planning ms': planningMs, 'execution ms': executionMs, scans: tables },
        stakeMs: planningMs,
        fix: {
          kind: 'advice',
          advice: 'Prepare the statement once per session, or let it name the partition key.',
        },
      },
    ];
  },
};
