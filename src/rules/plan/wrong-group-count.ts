import type { PlanRule } from './model.ts';
import { missOf } from './reading/estimates.ts';
import { tableOf } from './reading/known.ts';
import { columnsIn, readExpression } from './reading/expression.ts';
import { isScan, mayStopEarly, through } from './reading/tree.ts';
import { count, names, times } from './reading/words.ts';

/** A number of groups by several columns that is off by ten. */
export const wrongGroupCount: PlanRule = {
  id: 'wrong-group-count',
  group: 'estimates',
  severity: 'warning',
  finds: 'A number of groups by several columns that is estimated wrong',
  because:
    'the planner multiplies the distinct values of each column; the hash table and all steps above are sized by it',
  instead: 'CREATE STATISTICS (ndistinct) over the columns of the group, then ANALYZE.',
  needs: ['ANALYZE'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      if (!/^(?:Aggregate|Group)$/.test(node.type) || node.partial === 'Partial' || !node.actual) return [];
      const miss = missOf(node);
      if (!miss || miss.ratio < 10 || Math.max(node.planRows, node.actual.rows) < 1000) return [];
      if (
        node.groupKeys.length < 2 ||
        node.conditions.filter !== undefined ||
        mayStopEarly(context.plan, node)
      )
        return [];
      const input = node.children[0];
      const rest = input ? missOf(input) : undefined;
      // It cannot be better than the rows that come in.
      if (!input || (rest && rest.ratio >= miss.ratio / 3)) return [];
      const keys = node.groupKeys.map(readExpression);
      const scan = finding(input);
      const columns = keys.flatMap(columnsIn).map(({ name }) => name);
      return [
        {
          node,
          message: `${count(node.planRows)} groups are expected by ${names(columns)} and ${count(node.actual.rows)} come, ${times(miss.ratio)} off.`,
          evidence: { 'groups expected': node.planRows, groups: node.actual.rows },
          fix:
            scan && isScan(scan) && keys.every(({ kind }) => kind === 'column')
              ? { kind: 'statistics', table: tableOf(context, scan), columns }
              : {
                  kind: 'advice',
                  advice: 'CREATE STATISTICS (ndistinct) over the columns or expressions of the group.',
                },
        },
      ];
    }),
};

/** The one table below, half aggregates of workers left aside. */
function finding(node: Parameters<typeof through>[0]): ReturnType<typeof through> {
  const next = through(node);
  return next.type === 'Aggregate' && next.partial === 'Partial' && next.children[0]
    ? through(next.children[0])
    : next;
}
