import type { PlanNode } from '../../engine/plans/model.ts';
import type { PlanContext, PlanRule } from './model.ts';
import { columnsIn, readExpression } from './reading/expression.ts';
import { filterOf, searchOf } from './reading/predicates.ts';
import { below, parentOf, rowsOf, wholeShare, worthy } from './reading/tree.ts';
import { count } from './reading/words.ts';

/** Pairs from which a missing condition is seen. */
const manyPairs = 10_000;

/** Two tables joined without a condition, that nobody asked for by CROSS JOIN. */
export const cartesianProduct: PlanRule = {
  id: 'cartesian-product',
  group: 'joins',
  severity: 'error',
  finds: 'Two tables that are joined without a condition',
  because: 'every row of one meets every row of the other, which is hardly ever meant',
  instead: 'Add the condition that ties the tables, or say CROSS JOIN where all pairs are meant.',
  needs: [],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      const [outer, inner] = node.children;
      if (node.type !== 'Nested Loop' || !outer || !inner || node.conditions.join !== undefined) return [];
      if (node.join !== 'Inner' && node.join !== undefined) return [];
      if (/\bcross\s+join\b/i.test(context.sql ?? '')) return [];
      const pairs = rowsOf(node);
      const ran = outer.actual !== undefined;
      const right = ran ? (inner.actual?.rows ?? 0) : inner.planRows;
      if (pairs < manyPairs || rowsOf(outer) < 2 || right < 2) return [];
      const sides = [outer, inner].map((side) => [side, ...below(side)]);
      if (!sides.every((nodes) => nodes.some(({ relation }) => relation !== undefined))) return [];
      if (isTied(context, sides[0]!, sides[1]!) || wholeShare(context.plan, node) < worthy) return [];
      return [
        {
          node,
          message: `${count(rowsOf(outer))} rows of ${tablesIn(sides[0]!)} meet each of ${count(right)} of ${tablesIn(sides[1]!)} without a condition: ${count(pairs)} pairs.`,
          evidence: { pairs },
          ...(node.actual?.totalMs === undefined ? {} : { stakeMs: node.actual.totalMs }),
          fix: { kind: 'advice', advice: 'Add the condition that ties the two tables.' },
        },
      ];
    }),
};

/** The inner side asks for values of the outer one, or both are held to one constant, which the server may have made of a join condition. */
function isTied(context: PlanContext, outer: readonly PlanNode[], inner: readonly PlanNode[]): boolean {
  const aliases = new Set(outer.flatMap(({ alias, relation }) => alias ?? relation?.name ?? []));
  const asks = inner.some((node) =>
    [...Object.values(node.conditions), textOf(node.fields['Cache Key'])].some((text) =>
      columnsIn(readExpression(text)).some(({ alias }) => aliases.has(alias)),
    ),
  );
  if (
    asks ||
    inner.some(
      ({ type, conditions }) =>
        /^(?:Function Scan|Table Function Scan|Values Scan|ProjectSet)$/.test(type) ||
        Object.values(conditions).some((text) => /\$\d/.test(text)),
    )
  )
    return true;
  const constants = (nodes: readonly PlanNode[]): readonly string[] =>
    nodes.flatMap((node) =>
      [...filterOf(node), ...searchOf(node)].flatMap(({ kind, against }) =>
        kind === 'equal' && against?.kind === 'constant' ? against.text : [],
      ),
    );
  const left = new Set(constants(outer));
  return constants(inner).some((one) => left.has(one)) || parentOf(context.plan, outer[0]!)?.join === 'Semi';
}

function tablesIn(nodes: readonly PlanNode[]): string {
  return [...new Set(nodes.flatMap(({ relation }) => relation?.name ?? []))].join(', ');
}

function textOf(field: unknown): string {
  return typeof field === 'string' ? field : '';
}
