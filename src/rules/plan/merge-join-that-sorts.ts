import type { PlanNode } from '../../engine/plans/model.ts';
import type { PlanRule } from './model.ts';
import { columnsIn, readExpression } from './reading/expression.ts';
import { fewRows, treeOf } from './reading/reach.ts';
import { isScan, ownShare, rowsOf, through } from './reading/tree.ts';
import { count } from './reading/words.ts';

/** A merge join whose sides are both sorted for it: a third of the time, over ten thousand rows each. */
export const mergeJoinThatSorts: PlanRule = {
  id: 'merge-join-that-sorts',
  group: 'joins',
  severity: 'warning',
  finds: 'A merge join that sorts both of its sides',
  because: 'sorting is the dearest part of it, and an index would hand the rows over in order',
  instead:
    'Build an index on the join column of the larger side; where a hash join is faster, find out why it was not taken (work_mem, a setting, the type).',
  needs: [],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      if (node.type !== 'Merge Join') return [];
      const sorts = node.children.map((child) => (child.type === 'Materialize' ? child.children[0]! : child));
      if (sorts.length !== 2 || !sorts.every(({ type }) => type === 'Sort')) return [];
      if (sorts.some((sort) => rowsOf(sort.children[0]!) < fewRows)) return [];
      const share = sorts.reduce((sum, sort) => sum + ownShare(context.plan, sort), 0);
      if (share < 0.3) return [];
      const larger = sorts.toSorted((a, b) => rowsOf(b.children[0]!) - rowsOf(a.children[0]!))[0]!;
      const scan = through(larger.children[0]!);
      const keys = keyNames(larger, scan);
      return [
        {
          node,
          message: `${sorts.map((sort) => count(rowsOf(sort.children[0]!))).join(' and ')} rows are sorted to be joined.`,
          evidence: { 'rows sorted': sorts.reduce((sum, sort) => sum + rowsOf(sort.children[0]!), 0) },
          stakeMs: sorts.reduce((sum, { actual }) => sum + (actual?.ownMs ?? 0), 0),
          stakeCost: share,
          fix:
            isScan(scan) && keys.length > 0
              ? treeOf(context, scan, keys)
              : {
                  kind: 'advice',
                  advice: 'Compare with a hash join: SET enable_mergejoin = off for one EXPLAIN.',
                },
        },
      ];
    }),
};

function keyNames(sort: PlanNode, scan: PlanNode): readonly string[] {
  const keys = sort.sortKeys.map(readExpression);
  return keys.every(({ kind }) => kind === 'column')
    ? keys
        .flatMap(columnsIn)
        .filter(({ alias }) => alias === '' || alias === (scan.alias ?? ''))
        .map(({ name }) => name)
    : [];
}
