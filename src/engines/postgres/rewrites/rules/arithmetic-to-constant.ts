import { text as textOf } from '../../grammar/tree.ts';
import { comparisonOf, expressionOf, isFree, mirrored, type Comparison } from '../expression.ts';
import { columnOf, conditionsOf, type Condition } from '../looking.ts';
import type { Found, Place, RewriteRule } from '../place.ts';

/** `c + x < y`: said of the column alone, an index on it can be used. */
export const arithmeticToConstant: RewriteRule = {
  id: 'arithmetic-to-constant',
  find: (place) => conditionsOf(place).flatMap((condition) => rewritten(condition, place) ?? []),
};

function rewritten(condition: Condition, place: Place): Found | undefined {
  const comparison = comparisonOf(condition);
  const sides = comparison ? [comparison, mirrored(comparison)] : [];
  for (const side of sides) {
    const made = side && isFree(side.right, place.catalog) ? moved(side, place) : undefined;
    if (made !== undefined)
      return {
        edits: [{ from: condition.from, to: condition.to, text: made }],
        because: 'arithmetic on the column hides it from an index; moved to the other side it is done once',
      };
  }
  return undefined;
}

const whole = /^\d{1,9}$/;

function moved({ left, operator, right }: Comparison, place: Place): string | undefined {
  if (!['<', '<=', '>', '>=', '='].includes(operator)) return undefined;
  const node = left.node;
  const sign = 'A_Expr' in node ? textOf(node.A_Expr.name?.at(-1)) : undefined;
  if (sign !== '+' && sign !== '-') return undefined;
  const at = left.at('A_Expr' in node ? node.A_Expr.location : undefined);
  const [column, amount] = [expressionOf(left.sql.slice(0, at)), expressionOf(left.sql.slice(at + 1))];
  const seen = column && columnOf(column, place);
  if (!column || !amount || !seen || !isFree(amount, place.catalog)) return undefined;
  const type = seen.column?.type ?? '';
  const back = sign === '+' ? '-' : '+';
  if (/^(?:smallint|integer|bigint)$/.test(type))
    return whole.test(amount.sql) && whole.test(right.sql)
      ? `${column.sql} ${operator} ${right.sql} ${back} ${amount.sql}`
      : undefined;
  if (type === 'date' && whole.test(amount.sql))
    return `${column.sql} ${operator} (${right.sql})::date ${back} ${amount.sql}`;
  if (!type.startsWith('timestamp')) return undefined;
  const interval = /^(?:interval\s*)?'\s*(\d+)\s*(\w+?)s?\s*'(?:::interval)?$/i.exec(amount.sql);
  const unit = interval?.[2]?.toLowerCase() ?? '';
  if (!interval || operator === '=') return undefined;
  const exact =
    ['second', 'sec', 'minute', 'min', 'hour'].includes(unit) ||
    (type === 'timestamp without time zone' && ['day', 'week'].includes(unit));
  const cast = type.endsWith(' with time zone') ? 'timestamptz' : 'timestamp';
  const far = /^'[^']*'$|^\$\d+$/.test(right.sql) ? `(${right.sql})::${cast}` : right.sql;
  if (exact) return `${column.sql} ${operator} ${far} ${back} ${amount.sql}`;
  if (!['day', 'week', 'month', 'year', 'mon'].includes(unit)) return undefined;
  // Months and days are not of one length: a bound that is wide enough finds the rows, and the condition itself stays.
  const wide = operator.startsWith('<') ? '+' : '-';
  return `${column.sql} ${operator} ${far} ${back} ${amount.sql} ${wide} interval '5 days' AND ${left.sql} ${operator} ${right.sql}`;
}
