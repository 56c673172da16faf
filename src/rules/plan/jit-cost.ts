import type { PlanRule } from './model.ts';
import { formatMs } from '../../base/units.ts';
import { percent } from './reading/words.ts';

/** Compiling that takes a tenth of the time; where it does, the server's own guess of the statement's length was wrong. */
export const jitCost: PlanRule = {
  id: 'jit-cost',
  group: 'work',
  severity: 'warning',
  finds: 'Compiling of expressions (JIT) that takes a tenth of the time',
  because: 'it begins by the estimated cost, and pays only where many rows pass each expression',
  instead: 'Raise jit_above_cost, or turn jit off for the role that asks short questions.',
  needs: ['ANALYZE'],
  check: ({ plan }) => {
    const { jit, executionMs } = plan;
    if (!jit || executionMs === undefined || jit.ms < 5 || jit.ms < executionMs * 0.1) return [];
    return [
      {
        node: plan.root,
        message: `Compiling ${jit.functions} functions takes ${formatMs(jit.ms)} of ${formatMs(executionMs)} (${percent(jit.ms / executionMs)}).`,
        evidence: { functions: jit.functions, ms: jit.ms },
        stakeMs: jit.ms,
        fix: { kind: 'setting', name: 'jit', value: 'off', scope: 'role' },
      },
    ];
  },
};
