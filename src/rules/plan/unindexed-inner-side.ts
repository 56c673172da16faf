import type { PlanNode } from '../../engine/plans/model.ts';
import type { PlanContext, PlanRule } from './model.ts';
import { conditionsOf, filterOf, ownColumns, type Condition } from './reading/predicates.ts';
import { fewRows, keysFor, treeOf } from './reading/reach.ts';
import { indexesOf } from './reading/known.ts';
import { rowsRead, tableWords, through, totalMs, worthy } from './reading/tree.ts';
import { count, names } from './reading/words.ts';

/** A table that is compared row by row with each row of another. Ten thousand comparisons with ten outer rows is where one search each is cheaper. */
export const unindexedInnerSide: PlanRule = {
  id: 'unindexed-inner-side',
  group: 'joins',
  severity: 'error',
  finds: 'A whole table that is read for each row of another',
  because: 'the work grows with the product of both sides',
  instead: 'Build an index on the join column of the inner side.',
  needs: ['ANALYZE'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      const joined = joinedScan(context, node);
      if (!joined) return [];
      const { scan, keys, compared, rows } = joined;
      const ms =
        node.type === 'Nested Loop'
          ? (node.actual?.ownMs ?? 0) + (node.children[1]?.actual?.totalMs ?? 0)
          : (node.actual?.totalMs ?? 0);
      const total = totalMs(context.plan);
      if (total === undefined || ms < total * worthy) return [];
      return [
        {
          node,
          message: `Each of ${count(rows)} rows is compared with all of ${tableWords(scan)}: ${count(compared)} comparisons, since no index leads to ${names(keys)}.`,
          evidence: { 'outer rows': rows, comparisons: compared },
          stakeMs: ms,
          fix: treeOf(context, scan, keys),
        },
      ];
    }),
};

/** A loop over a full scan of a table whose join column could be indexed. */
export function joinedScan(
  context: PlanContext,
  node: PlanNode,
):
  | {
      readonly scan: PlanNode;
      readonly keys: readonly string[];
      readonly compared: number;
      readonly rows: number;
    }
  | undefined {
  const inner = node.type === 'Nested Loop' ? node.children[1] : subplanScan(node);
  if (!inner?.actual) return undefined;
  const scan = through(inner);
  if (scan.type !== 'Seq Scan' || !scan.relation || !scan.actual) return undefined;
  const loops = inner.actual.loops;
  const compared = inner === scan ? (rowsRead(scan) ?? 0) : inner.actual.totalRows;
  if (loops < 10 || compared < fewRows * 10 || (rowsRead(scan) ?? 0) / scan.actual.loops < 100)
    return undefined;
  const joins = [...conditionsOf(node.conditions.join, scan), ...filterOf(scan)].filter(
    (condition) => condition.kind === 'equal' && isJoined(condition, scan),
  );
  const keys = keysFor(context, scan, joins);
  if (
    keys.length === 0 ||
    indexesOf(context, scan)?.some((index) => index.method === 'btree' && keys.includes(index.keys[0] ?? ''))
  )
    return undefined;
  return { scan, keys, compared, rows: loops };
}

/** The scan below a subquery that is carried out for each row. */
function subplanScan(node: PlanNode): PlanNode | undefined {
  if (node.under !== 'SubPlan') return undefined;
  const below = node.type === 'Aggregate' || node.type === 'Limit' ? node.children[0] : node;
  return below && through(below).type === 'Seq Scan' ? below : undefined;
}

/** The other side comes from another table. */
function isJoined({ column, against }: Condition, scan: PlanNode): boolean {
  return (
    column !== undefined &&
    against !== undefined &&
    against.kind === 'column' &&
    ownColumns(against, scan).length === 0
  );
}
