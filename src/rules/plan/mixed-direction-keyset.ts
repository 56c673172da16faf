import type { PlanNode } from '../../engine/plans/model.ts';
import type { PlanContext, PlanRule } from './model.ts';
import { columnsIn, readExpression } from './reading/expression.ts';
import { filterOf, ownColumns } from './reading/predicates.ts';
import { indexFix } from './reading/reach.ts';
import { below, isScan, parentOf, rowsRead, tableWords, wholeShare } from './reading/tree.ts';
import { count } from './reading/words.ts';

/** Paging by a last row over columns in mixed directions. */
export const mixedDirectionKeyset: PlanRule = {
  id: 'mixed-direction-keyset',
  group: 'predicates',
  severity: 'warning',
  finds: 'Paging over columns in mixed directions',
  because:
    'neither a row comparison nor an index in one direction meets it, so that all rows are filtered and sorted',
  instead: 'Build an index in exactly these directions, and bound the first column by itself too.',
  needs: ['ANALYZE'],
  replaces: ['sort-for-few-rows'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      const ascending = node.sortKeys.filter((key) => !/ DESC\b/.test(key));
      if (!node.type.endsWith('Sort') || ascending.length === 0 || ascending.length === node.sortKeys.length)
        return [];
      const limit = limitAbove(context, node);
      const scan = below(node).find(isScan);
      if (!limit || !scan || wholeShare(context.plan, limit) < 0.3 || (rowsRead(scan) ?? 0) < 10_000)
        return [];
      const columns = node.sortKeys.map(
        (key) => columnsIn(readExpression(key.replace(/ (?:DESC|NULLS).*$/, '')))[0]?.name,
      );
      const bound = filterOf(scan).some(
        ({ kind, expression }) =>
          kind === 'or' &&
          columns.every((name) => name !== undefined && ownColumns(expression, scan).includes(name)),
      );
      if (!bound) return [];
      const keys = node.sortKeys.map(
        (key, at) => `${context.quote.identifier(columns[at]!)}${/ DESC\b/.test(key) ? ' DESC' : ''}`,
      );
      return [
        {
          node: limit,
          message: `${count(rowsRead(scan)!)} rows of ${tableWords(scan)} are read for one page in the order ${keys.join(', ')}.`,
          evidence: { 'rows read': rowsRead(scan)! },
          ...(limit.actual?.totalMs === undefined ? {} : { stakeMs: limit.actual.totalMs }),
          fix: indexFix(context, scan, `USING btree (${keys.join(', ')})`),
        },
      ];
    }),
};

function limitAbove({ plan }: PlanContext, node: PlanNode): PlanNode | undefined {
  let at = parentOf(plan, node);
  while (at && /^(?:Gather Merge|Gather|Subquery Scan|Result)$/.test(at.type)) at = parentOf(plan, at);
  return at?.type === 'Limit' ? at : undefined;
}
