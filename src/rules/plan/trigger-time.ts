import type { PlanRule } from './model.ts';
import { formatMs } from '../../base/units.ts';
import { count, percent } from './reading/words.ts';

/** Triggers of the application that take a tenth of the time. */
export const triggerTime: PlanRule = {
  id: 'trigger-time',
  group: 'writes',
  severity: 'warning',
  finds: 'Triggers that take a tenth of the time',
  because: 'they run for each row, and the plan shows nothing of what they do',
  instead:
    'Let one trigger FOR EACH STATEMENT work on all rows at once (transition tables), or look at its statements (auto_explain.log_nested_statements).',
  needs: ['ANALYZE'],
  check: ({ plan }) => {
    const total = plan.executionMs ?? 0;
    return plan.triggers.flatMap(({ name, constraint, ms, calls, relation }) => {
      if (constraint !== undefined || total === 0 || ms < total * 0.1 || ms < 1) return [];
      return [
        {
          node: plan.root,
          message: `Trigger ${name}${relation ? ` on ${relation}` : ''} takes ${formatMs(ms)} of ${formatMs(total)} (${percent(ms / total)}) in ${count(calls)} calls.`,
          evidence: { ms, calls },
          stakeMs: ms,
          fix: {
            kind: 'advice' as const,
            advice:
              calls > 1
                ? 'Do the work for all rows at once in a trigger FOR EACH STATEMENT with transition tables.'
                : 'Look at the statements of the trigger’s function.',
          },
        },
      ];
    });
  },
};
