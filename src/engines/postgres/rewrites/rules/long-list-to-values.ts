import { expressionOf } from '../expression.ts';
import { columnOf, conditionsOf } from '../looking.ts';
import type { RewriteRule } from '../place.ts';
import { tokensOf } from '../text.ts';

/** A list this long is worth a table. */
const long = 50;

/** IN over a long list of constants: a list of rows can be joined by hash or by index. */
export const longListToValues: RewriteRule = {
  id: 'long-list-to-values',
  find: (place) =>
    conditionsOf(place).flatMap((condition) => {
      const { node, sql } = condition;
      if (!('A_Expr' in node) || node.A_Expr.kind !== 'AEXPR_IN' || !node.A_Expr.rexpr) return [];
      const items = 'List' in node.A_Expr.rexpr ? (node.A_Expr.rexpr.List.items ?? []) : [];
      const tokens = tokensOf(sql);
      const at = tokens.findIndex(({ text, depth }) => depth === 0 && text.toLowerCase() === 'in');
      if (items.length < long || at < 1 || tokens[at - 1]!.text.toLowerCase() === 'not') return [];
      const left = expressionOf(sql.slice(0, tokens[at - 1]!.to));
      const seen = left && columnOf(left, place);
      if (!left || !seen?.column || !items.every((item) => 'A_Const' in item && !item.A_Const.isnull))
        return [];
      const list = tokens.slice(at + 2, -1);
      const values = list.filter(({ text }) => text !== ',').map(({ text }) => text);
      if (values.length !== items.length) return [];
      const [first, ...rest] = values;
      const rows = [`(${first}::${seen.column.type})`, ...rest.map((value) => `(${value})`)].join(', ');
      return [
        {
          edits: [{ from: condition.from, to: condition.to, text: `${left.sql} IN (VALUES ${rows})` }],
          because: 'each row was held against a long list; as rows of its own the list can be joined',
        },
      ];
    }),
};
