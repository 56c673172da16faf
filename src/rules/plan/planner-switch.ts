import type { PlanRule } from './model.ts';

/** Switches that forbid a way of reading or joining; `jit` and costs are none, they are tuned with good reason. */
const switches = /^enable_/;

/** Cost that versions before 18 add to a step that a switch forbids and that nothing could replace. */
const forbidden = 1e10;

/** A planner switch that is off. */
export const plannerSwitch: PlanRule = {
  id: 'planner-switch',
  group: 'work',
  severity: 'warning',
  finds: 'A planner switch that is off',
  because: 'it forbids a way for every statement of the session, also where that way is the best by far',
  instead: 'Turn it on again; mend the estimate or the cost that made somebody turn it off.',
  needs: [],
  check: ({ plan }) => {
    // Features that are off unless somebody turns them on.
    const off = Object.entries(plan.settings).filter(
      ([name, value]) => switches.test(name) && value === 'off',
    );
    const bent = plan.nodes.find(({ disabled, startupCost }) => disabled || startupCost >= forbidden);
    if (off.length === 0 && !bent) return [];
    const [first] = off;
    return [
      {
        node: bent ?? plan.root,
        message: `${off.map(([name]) => `${name} is off`).join(', ') || 'A planner switch is off'}${bent ? `, and ${bent.type} is used all the same because nothing else is possible` : ''}.`,
        evidence: { switches: off.map(([name]) => name).join(', ') },
        stakeMs: plan.executionMs ?? 0,
        stakeCost: 1,
        fix: first
          ? { kind: 'setting', name: first[0], value: 'on', scope: 'statement' }
          : {
              kind: 'advice',
              advice: 'Look for enable_* settings of the role, the database and the session.',
            },
      },
    ];
  },
};
