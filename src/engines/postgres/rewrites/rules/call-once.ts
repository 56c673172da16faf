import { comparisonOf, isFree, mirrored, argumentsOf, type Comparison } from '../expression.ts';
import { columnOf, conditionsOf } from '../looking.ts';
import type { Place, RewriteRule } from '../place.ts';

/** A stable function without columns is called for each row that a filter looks at; in a subquery it is called once. */
export const callOnce: RewriteRule = {
  id: 'call-once',
  find: (place) =>
    conditionsOf(place).flatMap((condition) => {
      const comparison = comparisonOf(condition);
      const sides = comparison ? [comparison, mirrored(comparison)] : [];
      const side = sides.find((one): one is Comparison => one !== undefined && calls(one, place));
      return side
        ? [
            {
              edits: [
                {
                  from: condition.from,
                  to: condition.to,
                  text: `${side.left.sql} ${side.operator} (SELECT ${side.right.sql})`,
                },
              ],
              because:
                'the function has one answer for the whole statement, and was called for each row that was looked at',
            },
          ]
        : [];
    }),
};

/** A function of the database's own, or a setting that is read. */
function calls({ left, right }: Comparison, place: Place): boolean {
  if (!columnOf(left, place) || !isFree(right, place.catalog)) return false;
  const bare = 'TypeCast' in right.node ? right.node.TypeCast.arg : right.node;
  if (!bare || !('FuncCall' in bare)) return false;
  const name =
    argumentsOf({ ...right, node: bare })?.name ?? /^(?:\w+\.)?(\w+)\s*\(/.exec(right.sql)?.[1] ?? '';
  return (
    name === 'current_setting' ||
    place.catalog.routines.some((one) => one.name === name && /\bSTABLE\b/.test(one.definition))
  );
}
