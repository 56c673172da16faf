import type { PlanNode } from '../../engine/plans/model.ts';
import type { PlanRule } from './model.ts';
import { columnsIn, conjunctsOf, readExpression } from './reading/expression.ts';
import { filterOf, isLocal } from './reading/predicates.ts';
import { isRepeated } from './reading/reach.ts';
import { ownShare, worthy } from './reading/tree.ts';
import { count, short } from './reading/words.ts';

/** Pairs from which comparing them takes tens of milliseconds. */
const manyPairs = 100_000;

/** Pairs of rows that a join makes and its filter throws away; ten for each one kept. */
export const joinFilterWaste: PlanRule = {
  id: 'join-filter-waste',
  group: 'joins',
  severity: 'warning',
  finds: 'Pairs of rows that are made and thrown away',
  because: 'the join condition serves no hash and no index, so that every row meets every other',
  instead: 'Add an equality that narrows the pairs first, or an index that meets the condition.',
  needs: ['ANALYZE'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      const filter = node.conditions.join ?? (isRepeated(context, node) ? acrossFilter(node) : undefined);
      const removed = node.actual?.removedByJoinFilter ?? node.actual?.removedByFilter ?? 0;
      const kept = node.actual?.totalRows ?? 0;
      if (filter === undefined || removed < manyPairs || removed < kept * 10) return [];
      if (ownShare(context.plan, node) < worthy || hasEquality(filter) || hasOrAcross(filter)) return [];
      return [
        {
          node,
          message: `${count(removed)} pairs are made and thrown away by ${short(filter)} to keep ${count(kept)}.`,
          evidence: { 'pairs thrown away': removed, 'pairs kept': kept },
          fix: {
            kind: 'advice',
            advice:
              'Add an equality between both sides, or an index on the inner side that meets the condition.',
          },
        },
      ];
    }),
};

/** Columns of both sides that are equal: what a hash or an index meets. */
function hasEquality(filter: string): boolean {
  return conjunctsOf(readExpression(filter)).some(
    (part) =>
      part.kind === 'operation' &&
      part.operator === '=' &&
      part.parts.every((side) => side.kind === 'column') &&
      new Set(columnsIn(part).map(({ alias }) => alias)).size > 1,
  );
}

/** A filter that compares with columns of another table: of a scan that is run again for each of its rows. */
function acrossFilter(node: PlanNode): string | undefined {
  const filters = filterOf(node);
  return filters.some((one) => !isLocal(one, node)) ? node.conditions.filter : undefined;
}

/** OR whose branches need different columns of both sides, so that no single lookup meets it. */
export function hasOrAcross(filter: string): boolean {
  return conjunctsOf(readExpression(filter)).some(
    (part) => part.kind === 'or' && new Set(columnsIn(part).map(({ alias }) => alias)).size > 1,
  );
}
