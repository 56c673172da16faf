import type { PlanRule } from './model.ts';
import { count, times } from './reading/words.ts';

/** A plan for all values that is expected to cost twice as much as the one for these. */
export const genericPlanCost: PlanRule = {
  id: 'generic-plan-cost',
  group: 'estimates',
  severity: 'warning',
  finds: 'A plan for all values that is worse than the one for these',
  because: 'after five calls a prepared statement may keep one plan that knows no values',
  instead: 'SET plan_cache_mode = force_custom_plan for this statement, or split it by the value.',
  needs: ['generic plan'],
  check: ({ plan, generic }) => {
    if (!generic || plan.root.totalCost <= 0) return [];
    const same =
      generic.nodes.length === plan.nodes.length &&
      generic.nodes.every(
        (node, at) => node.type === plan.nodes[at]!.type && node.index === plan.nodes[at]!.index,
      );
    // Costs of one shape differ by the expected rows alone.
    const ratio = generic.root.totalCost / plan.root.totalCost;
    if (same || ratio < 2 || generic.root.totalCost < 100) return [];
    return [
      {
        node: plan.root,
        message: `The generic plan costs ${count(generic.root.totalCost)} and this one ${count(plan.root.totalCost)}: ${times(ratio)} as much by the estimate.`,
        evidence: { 'generic cost': generic.root.totalCost, cost: plan.root.totalCost },
        stakeMs: plan.executionMs ?? 0,
        stakeCost: 1 - 1 / ratio,
        fix: { kind: 'setting', name: 'plan_cache_mode', value: 'force_custom_plan', scope: 'role' },
      },
    ];
  },
};
