import type { PlanNode } from '../../engine/plans/model.ts';
import { columnsIn, type Expression } from './reading/expression.ts';
import type { PlanRule } from './model.ts';
import { hiddenBy } from './reading/hidden.ts';
import { indexesOf } from './reading/known.ts';
import { conditionsIn, isFixed, isPlain, type Condition } from './reading/predicates.ts';
import { treeOf } from './reading/reach.ts';
import { names } from './reading/words.ts';

/** OR over several columns of one table, of which one at least has no index. */
export const orOverColumns: PlanRule = {
  id: 'or-over-columns',
  group: 'predicates',
  severity: 'warning',
  finds: 'OR over columns that have no index each',
  because: 'one branch without an index is enough to read every row',
  instead: 'Build an index for each branch, which are then combined; or write UNION ALL of both.',
  needs: [],
  check: (context) =>
    hiddenBy(
      context,
      ({ kind, expression }) =>
        kind === 'or' && new Set(columnsIn(expression).map(({ name }) => name)).size > 1,
      ({ expression }, { node }) => {
        const parts = expression.kind === 'or' ? expression.parts : [];
        const branches = parts.map((part) => usableIn(part, node));
        // A branch that no index could meet makes the others useless.
        if (branches.some((conditions) => conditions.length === 0)) return undefined;
        const columns = branches.map(([first]) => first!.column!);
        const indexes = indexesOf(context, node) ?? [];
        const missing = columns.filter(
          (column) => !indexes.some(({ keys, method }) => method === 'btree' && keys[0] === column),
        );
        return {
          why:
            missing.length > 0
              ? `${names([...new Set(missing)])} has no index of its own`
              : 'the branches are not looked up one by one',
          fix:
            missing.length === 1
              ? treeOf(context, node, missing)
              : {
                  kind: 'rewrite',
                  rule: 'or-to-union',
                  advice: `Build an index on each of ${names([...new Set(columns)])}, or write one SELECT for each branch and combine them.`,
                },
        };
      },
    ),
};

/** Conditions of one branch that an index could meet. */
function usableIn(part: Expression, node: PlanNode): readonly Condition[] {
  return conditionsIn(part, node).filter((one) => isPlain(one) && isFixed(one.against));
}
