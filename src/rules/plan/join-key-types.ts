import type { PlanNode } from '../../engine/plans/model.ts';
import type { PlanContext, PlanRule } from './model.ts';
import { conjunctsOf, readExpression, type Expression } from './reading/expression.ts';
import { below, isJoin, isScan, wholeShare, worthy } from './reading/tree.ts';
import { typeOf } from './reading/known.ts';
import { short } from './reading/words.ts';

/** Types whose values are the same in the other: a cast between them hides nothing. */
const alike = [/^(?:text|character varying|character|bpchar|name|citext)/];

/** Join columns of different types. */
export const joinKeyTypes: PlanRule = {
  id: 'join-key-types',
  group: 'estimates',
  severity: 'warning',
  finds: 'Join columns of different types',
  because: 'the cast hides the column from its index and its statistics',
  instead: 'Give both columns one type.',
  needs: ['catalog'],
  check: (context) =>
    context.plan.nodes.flatMap((node) => {
      const text = node.conditions.hash ?? node.conditions.merge ?? node.conditions.join;
      if (!isJoin(node) || text === undefined || wholeShare(context.plan, node) < worthy) return [];
      const scans = below(node).filter(isScan);
      const cast = conjunctsOf(readExpression(text)).flatMap((part) => {
        if (part.kind !== 'operation' || part.operator !== '=' || part.parts.length !== 2) return [];
        const sides = part.parts.map((side) => columnOf(context, scans, side));
        const [left, right] = sides;
        if (!left || !right || (!left.cast && !right.cast)) return [];
        if (left.type === right.type || alike.some((kind) => kind.test(left.type) && kind.test(right.type)))
          return [];
        return [{ left, right }];
      })[0];
      if (!cast) return [];
      return [
        {
          node,
          message: `${cast.left.name} is ${cast.left.type} and ${cast.right.name} is ${cast.right.type}: ${short(text)} meets neither index nor statistics.`,
          evidence: { 'one type': cast.left.type, 'other type': cast.right.type },
          ...(node.actual?.totalMs === undefined ? {} : { stakeMs: node.actual.totalMs }),
          fix: { kind: 'advice', advice: `Give ${cast.left.name} and ${cast.right.name} one type.` },
        },
      ];
    }),
};

function columnOf(
  context: PlanContext,
  scans: readonly PlanNode[],
  side: Expression,
): { readonly name: string; readonly type: string; readonly cast: boolean } | undefined {
  const column = side.kind === 'cast' ? side.part : side;
  if (column.kind !== 'column') return undefined;
  const scan = scans.find(({ alias, relation }) => (alias ?? relation?.name) === column.alias);
  const type = scan && typeOf(context, scan, column.name);
  return type === undefined
    ? undefined
    : {
        name: `${scan!.relation!.name}.${column.name}`,
        type: type.replace(/\(.*\)/, ''),
        cast: side.kind === 'cast',
      };
}
