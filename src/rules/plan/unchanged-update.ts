import type { PlanRule } from './model.ts';
import { count, percent } from './reading/words.ts';

/** An UPDATE that writes rows as they were: half of them, a thousand at least. */
export const unchangedUpdate: PlanRule = {
  id: 'unchanged-update',
  group: 'writes',
  severity: 'warning',
  finds: 'Rows that an UPDATE writes as they were',
  because: 'a new version of the row is written, logged and indexed all the same',
  instead: 'Add the difference to the condition: AND column IS DISTINCT FROM the new value.',
  needs: ['unchanged rows'],
  check: ({ plan, unchanged }) => {
    if (!unchanged || unchanged.rows < 1000 || unchanged.rows * 2 < unchanged.of) return [];
    const node = plan.nodes.find(({ type }) => type === 'ModifyTable') ?? plan.root;
    const share = unchanged.rows / unchanged.of;
    return [
      {
        node,
        message: `${count(unchanged.rows)} of ${count(unchanged.of)} updated rows (${percent(share)}) already had the values that are set.`,
        evidence: { 'rows unchanged': unchanged.rows, 'rows updated': unchanged.of },
        stakeMs: (plan.executionMs ?? 0) * share,
        stakeCost: share,
        fix: {
          kind: 'rewrite',
          rule: 'unchanged-update',
          advice: 'Add AND column IS DISTINCT FROM the new value to the condition.',
        },
      },
    ];
  },
};
