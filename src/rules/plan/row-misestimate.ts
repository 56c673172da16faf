import type { PlanNode } from '../../engine/plans/model.ts';
import type { PlanContext, PlanRule } from './model.ts';
import { analyzeFix, missOf } from './reading/estimates.ts';
import { above, below, isJoin, isScan, mayStopEarly, rowsOf, wholeShare } from './reading/tree.ts';
import { count, times } from './reading/words.ts';

/** A factor of ten is where plans tip over; below a thousand rows the wrong plan costs little, too. */
const least = { ratio: 10, rows: 1000 };

/** The deepest step whose estimate is wrong; those above inherit it. */
export const rowMisestimate: PlanRule = {
  id: 'row-misestimate',
  group: 'estimates',
  severity: 'warning',
  finds: 'A number of rows that is estimated wrong by a factor of ten',
  because: 'the steps above are chosen by it: loops for many rows, hash tables for few',
  instead:
    'ANALYZE; a higher statistics target; extended statistics; or a condition that the planner can estimate.',
  needs: ['ANALYZE'],
  check: (context) => {
    const wrong = context.plan.nodes.filter((node) => isWrong(context, node));
    return wrong
      .filter((node) => !below(node).some((child) => wrong.includes(child)))
      .map((node) => {
        const { ratio, tooFew } = missOf(node)!;
        const head = above(context.plan, node).find(isJoin) ?? node;
        return {
          node,
          message: `${count(node.planRows)} rows are expected and ${count(node.actual!.rows)} come${node.actual!.loops > 1 ? ' in each run' : ''}: ${times(ratio)} too ${tooFew ? 'few' : 'many'} are expected.`,
          evidence: {
            'rows expected': node.planRows,
            'rows found': node.actual!.rows,
            runs: node.actual!.loops,
          },
          ...(head.actual?.totalMs === undefined ? {} : { stakeMs: head.actual.totalMs }),
          severity: ratio >= 100 && head !== node ? ('error' as const) : ('warning' as const),
          fix: analyzeFix(context, node),
        };
      });
  },
};

function isWrong({ plan }: PlanContext, node: PlanNode): boolean {
  const miss = missOf(node);
  if (!miss || miss.ratio < least.ratio || !node.actual) return false;
  // Groups and what is kept of them have rules of their own; bitmaps that are combined tell no rows.
  if (!(isScan(node) || isJoin(node) || node.type === 'Function Scan' || node.type === 'Bitmap Index Scan'))
    return false;
  if (Math.max(node.planRows, node.actual.rows) * node.actual.loops < least.rows) return false;
  if (node.actual.loops > 1 && Math.max(node.planRows, node.actual.rows) < 100) return false;
  if (mayStopEarly(plan, node) || rowsOf(node) + node.planRows < least.rows) return false;
  const parents = above(plan, node);
  // With a cache above only questions that it could not answer arrive.
  if (parents[0]?.type === 'Memoize') return false;
  return wholeShare(plan, parents[0] ?? node) >= 0.1 && (isJoin(node) || parents.some(matters));
}

/** A step that is chosen by the number of rows below it. */
function matters({ type }: PlanNode): boolean {
  return /^(?:Nested Loop|Hash Join|Merge Join|Sort|Aggregate|Hash|Memoize|Unique|WindowAgg|Bitmap Heap Scan|Append)$/.test(
    type,
  );
}
