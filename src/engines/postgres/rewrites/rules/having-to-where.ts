import { aggregatesIn, columnRefs, hasQuery } from '../expression.ts';
import { conditionsIn } from '../looking.ts';
import { removed, withCondition } from '../edits.ts';
import type { RewriteRule } from '../place.ts';
import { resolved } from '../sight.ts';

/** A condition of HAVING over the columns that make the groups. */
export const havingToWhere: RewriteRule = {
  id: 'having-to-where',
  find: (place) => {
    const { core, sql, sight, catalog } = place;
    if (!core.having || !core.group || !core.tables) return [];
    const keys = (core.tree.groupClause ?? []).map((node) => {
      const seen = 'ColumnRef' in node ? resolved(node.ColumnRef, sight) : undefined;
      return seen && `${seen.source.called} ${seen.name}`;
    });
    if (keys.includes(undefined)) return [];
    const conditions = conditionsIn(sql, core.having);
    const early = conditions.filter(
      ({ node }) =>
        aggregatesIn(node, catalog).length === 0 &&
        !hasQuery(node) &&
        columnRefs(node).length > 0 &&
        columnRefs(node).every((reference) => {
          const seen = resolved(reference, sight);
          return seen && keys.includes(`${seen.source.called} ${seen.name}`);
        }),
    );
    if (early.length === 0) return [];
    const late = conditions.filter((one) => !early.includes(one)).map(({ from, to }) => sql.slice(from, to));
    return [
      {
        edits: [
          ...withCondition(
            place,
            early.map((one) => ('BoolExpr' in one.node ? `(${one.sql})` : one.sql)).join(' AND '),
          ),
          late.length > 0
            ? { from: core.having.from, to: core.having.to, text: late.join(' AND ') }
            : removed(sql, { from: core.having.start, to: core.having.to }),
        ],
        because: 'groups were made of rows that HAVING then threw away; WHERE leaves them out before',
      },
    ];
  },
};
