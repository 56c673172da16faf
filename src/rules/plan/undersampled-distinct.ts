import type { PlanNode } from '../../engine/plans/model.ts';
import type { PlanRule } from './model.ts';
import { missOf } from './reading/estimates.ts';
import { distinctOf, statisticsOf, tableOf, tableRows } from './reading/known.ts';
import { readExpression } from './reading/expression.ts';
import { isScan, mayStopEarly, through } from './reading/tree.ts';
import { count, times } from './reading/words.ts';

/** A column with three times as many different values as its statistics say, as a group over the whole table shows. */
export const undersampledDistinct: PlanRule = {
  id: 'undersampled-distinct',
  group: 'estimates',
  severity: 'warning',
  finds: 'A column with more different values than its statistics say',
  because: 'ANALYZE guesses them from a sample, and misses those that lie together in few pages',
  instead:
    'Set n_distinct of the column (a negative share grows with the table), or raise its statistics target; then ANALYZE.',
  needs: ['ANALYZE', 'column statistics'],
  replaces: ['row-misestimate'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      if (!/^(?:Aggregate|Group|Unique)$/.test(node.type) || node.partial === 'Partial' || !node.actual)
        return [];
      const scan = node.children[0] && tableBelow(node.children[0]);
      const keys = node.type === 'Unique' ? (node.children[0]?.sortKeys ?? []) : node.groupKeys;
      const key = keys.length === 1 ? readExpression(keys[0]!) : undefined;
      if (!scan || key?.kind !== 'column' || Object.keys(scan.conditions).length > 0) return [];
      if (node.conditions.filter !== undefined || mayStopEarly(context.plan, node)) return [];
      const statistics = statisticsOf(context, scan, key.name);
      const rows = tableRows(context, scan);
      if (!statistics || rows === undefined || rows < 1000) return [];
      const said = distinctOf(statistics, rows);
      const found = node.actual.rows;
      if (found < said * 3 || found < 1000 || (missOf(scan)?.ratio ?? 1) >= 3) return [];
      const share = -Number((found / Math.max(found, rows)).toPrecision(3));
      const { quote } = context;
      return [
        {
          node,
          message: `${key.name} has ${count(found)} different values, and its statistics say ${count(said)}: ${times(found / said)} as many.`,
          evidence: { 'values by statistics': Math.round(said), values: found },
          fix: {
            kind: 'statement',
            sql: `ALTER TABLE ${quote.name(tableOf(context, scan))} ALTER COLUMN ${quote.identifier(key.name)} SET (n_distinct = ${share})`,
          },
        },
      ];
    }),
};

function tableBelow(node: PlanNode): PlanNode | undefined {
  const next = through(node);
  if (isScan(next)) return next;
  return next.type === 'Aggregate' && next.partial === 'Partial' && next.children[0]
    ? tableBelow(next.children[0])
    : undefined;
}
