import type { PlanNode } from '../../engine/plans/model.ts';
import type { PlanContext, PlanRule } from './model.ts';
import { shareKept, statisticsOf } from './reading/known.ts';
import { filterOf, searchOf } from './reading/predicates.ts';
import { isScan, rowsRead } from './reading/tree.ts';
import { formatMs } from '../../base/units.ts';
import { count, percent, times } from './reading/words.ts';

/** Ten times the time or the rows for another value of the same statement. */
const skew = 10;

/** A statement that takes far longer for some values than for others. */
export const skewedParameter: PlanRule = {
  id: 'skewed-parameter',
  group: 'estimates',
  severity: 'warning',
  finds: 'A statement that takes far longer for some values',
  because: 'a few values have most of the rows, and a mean over all calls hides them',
  instead:
    'Try both values; give the common one an index or a statement of its own (a partial index for the rare ones).',
  needs: ['ANALYZE', 'other values'],
  check: (context) => [...byPlans(context), ...byCounters(context)].slice(0, 1),
};

function byPlans({ plan, otherValues }: PlanContext): ReturnType<PlanRule['check']> {
  if (!otherValues || !plan.analyzed || !otherValues.analyzed) return [];
  const here = plan.executionMs ?? 0;
  const there = otherValues.executionMs ?? 0;
  const rows = [plan, otherValues].map(({ nodes }) =>
    nodes.filter(isScan).reduce((sum, node) => sum + (rowsRead(node) ?? 0), 0),
  );
  const ratio = Math.max(here, there) / Math.max(0.01, Math.min(here, there));
  if (ratio < skew || Math.max(...rows) < 1000 || Math.max(...rows) < Math.min(...rows) * skew) return [];
  return [
    {
      node: plan.root,
      message: `It takes ${formatMs(here)} with these values and ${formatMs(there)} with others: ${count(rows[0]!)} and ${count(rows[1]!)} rows are read.`,
      evidence: {
        ms: here,
        'ms with other values': there,
        'rows read': rows[0]!,
        'rows read with others': rows[1]!,
      },
      stakeMs: Math.max(here, there) === here ? here : 0,
      fix: {
        kind: 'advice',
        advice: 'Try the statement with common and with rare values, and index for both.',
      },
    },
  ];
}

/** Calls that deviate by three times their mean, over a column of which one value has ten times the rows of another. */
function byCounters(context: PlanContext): ReturnType<PlanRule['check']> {
  const { plan, counters } = context;
  if (!counters || counters.calls < 20 || counters.deviationMs < counters.meanMs * 3) return [];
  for (const node of plan.nodes.filter(isScan)) {
    const uneven = unevenOf(context, node);
    if (!uneven) continue;
    return [
      {
        node,
        message: `Calls take ${formatMs(counters.meanMs)} on average and deviate by ${formatMs(counters.deviationMs)}; one value of ${uneven.column} has ${percent(uneven.most)} of the rows, ${times(uneven.most / Math.max(1e-9, uneven.here))} what this one has.`,
        evidence: { calls: counters.calls, 'mean ms': counters.meanMs, 'deviation ms': counters.deviationMs },
        stakeMs: plan.executionMs ?? 0,
        stakeCost: 1,
        fix: {
          kind: 'advice',
          advice: `Try the statement with the most common ${uneven.column} too, and index for both.`,
        },
      },
    ];
  }
  return [];
}

function unevenOf(
  context: PlanContext,
  node: PlanNode,
): { readonly column: string; readonly most: number; readonly here: number } | undefined {
  const conditions = [...filterOf(node), ...searchOf(node)];
  return conditions
    .filter(({ kind, column }) => kind === 'equal' && column !== undefined)
    .flatMap((condition) => {
      const most = statisticsOf(context, node, condition.column!)?.commonFrequencies?.[0];
      const here = shareKept(context, node, condition);
      return most !== undefined && here !== undefined && (most >= here * skew || here >= most) && most >= 0.05
        ? [{ column: condition.column!, most, here }]
        : [];
    })[0];
}
