import { words } from '../../grammar/tree.ts';
import { comparisonOf, expressionOf, mirrored, type Comparison } from '../expression.ts';
import { columnOf, conditionsOf, type Condition } from '../looking.ts';
import type { Found, Place, RewriteRule } from '../place.ts';
import { tokensOf } from '../text.ts';

/** A constant or parameter of another type casts the column, row by row; the other side is cast instead. */
export const castToConstant: RewriteRule = {
  id: 'cast-to-constant',
  find: (place) => conditionsOf(place).flatMap((condition) => rewritten(condition, place) ?? []),
};

function rewritten(condition: Condition, place: Place): Found | undefined {
  const comparison = comparisonOf(condition);
  const sides = comparison ? [comparison, mirrored(comparison)] : [];
  for (const side of sides) {
    const made = side && (whole(side, place) ?? written(side, place));
    if (made)
      return {
        edits: [{ from: condition.from, to: condition.to, text: made }],
        because:
          'the column was cast for every row to be compared, and no index on it could be used; the other side is cast once',
      };
  }
  return undefined;
}

const integers = /^(?:smallint|integer|bigint)$/;

/** `id = 5.0`, `id = $1::numeric`: only a whole number can be equal to it. */
function whole({ left, operator, right }: Comparison, place: Place): string | undefined {
  const seen = columnOf(left, place);
  if (!seen || !integers.test(seen.column?.type ?? '') || operator !== '=') return undefined;
  const constant = /^(\d{1,9})\.0*$/.exec(right.sql)?.[1];
  if (constant !== undefined) return `${left.sql} = ${constant}`;
  const parameter = /^(\$\d+)\s*::\s*(?:numeric|decimal|float8|double precision)$/i.exec(right.sql);
  if (!parameter) return undefined;
  // Numbers beyond the type are equal to none of its values, and casting them would fail.
  const number = right.sql;
  return `${left.sql} = CASE WHEN ${number} BETWEEN -9000000000000000000 AND 9000000000000000000 AND floor(${number}) = ${number} THEN ${number}::bigint END`;
}

/** `id::text = '42'`: the constant as the type itself, where it is written as the server would print it. */
function written({ left, operator, right }: Comparison, place: Place): string | undefined {
  if (!('TypeCast' in left.node) || operator !== '=') return undefined;
  const type = words(left.node.TypeCast.typeName?.names).at(-1);
  const mark = tokensOf(left.sql).findLast(({ text, depth }) => text === '::' && depth === 0);
  const inner = mark && expressionOf(left.sql.slice(0, mark.from));
  const seen = inner && columnOf(inner, place);
  const value = /^'([^']*)'$/.exec(right.sql)?.[1];
  if (!inner || !seen || value === undefined || (type !== 'text' && type !== 'varchar')) return undefined;
  const own = seen.column?.type ?? '';
  if (integers.test(own) && /^(?:0|-?[1-9]\d{0,3})$/.test(value)) return `${inner.sql} = ${value}`;
  if (own === 'uuid' && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value))
    return `${inner.sql} = '${value}'`;
  return undefined;
}
