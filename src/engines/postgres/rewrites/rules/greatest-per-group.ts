import { quote } from '../../quote.ts';
import { columnRefs, comparisonOf, hasQuery } from '../expression.ts';
import {
  conditionsIn,
  conditionsOf,
  freshName,
  isBare,
  isPlain,
  qualifiedName,
  queryAtEnd,
} from '../looking.ts';
import type { Found, Place, RewriteRule } from '../place.ts';
import { resolved, sightOf } from '../sight.ts';

/** `v = (SELECT max(v) … of the same group)`: the table is read once, and each row is ranked in its group; equal ones stay. */
export const greatestPerGroup: RewriteRule = {
  id: 'greatest-per-group',
  find: (place) => rewritten(place) ?? [],
};

function rewritten(place: Place): readonly Found[] | undefined {
  const { sql, core, level, sight, catalog } = place;
  const [source] = sight.sources;
  if (!isPlain(place) || sight.sources.length !== 1 || !source?.table || level.limit || level.offset)
    return undefined;
  const conditions = conditionsOf(place);
  for (const condition of conditions) {
    const comparison = comparisonOf(condition);
    const inner = comparison?.operator === '=' ? queryAtEnd(place, condition) : undefined;
    const value =
      comparison && 'ColumnRef' in comparison.left.node
        ? resolved(comparison.left.node.ColumnRef, sight)
        : undefined;
    if (!inner || !value || value.correlated || !isBare(inner) || inner.order) continue;
    const own = inner.cores[0]!;
    const target = /^(max|min)\s*\(\s*([^()]+)\s*\)$/i.exec(
      sql.slice(own.targets[0]!.from, own.targets[0]!.to),
    );
    const innerSight = sightOf(own, inner, catalog);
    if (
      !target ||
      own.targets.length !== 1 ||
      innerSight.sources[0]?.table !== source.table ||
      innerSight.sources.length !== 1
    )
      continue;
    if (target[2]!.split('.').at(-1)!.trim().toLowerCase() !== value.name) continue;
    const keys: string[] = [];
    let fits = true;
    for (const one of own.where ? conditionsIn(sql, own.where) : []) {
      const pair = comparisonOf(one);
      const sides =
        pair?.operator === '='
          ? [pair.left, pair.right].map(({ node }) =>
              'ColumnRef' in node ? resolved(node.ColumnRef, innerSight) : undefined,
            )
          : [];
      const [a, b] = sides;
      if (a && b && a.correlated !== b.correlated && a.name === b.name) keys.push(a.name);
      else fits = false;
    }
    const rest = conditions.filter((one) => one !== condition);
    // Conditions of the rows around would be tried before the ranking, those of the subquery were not.
    if (!fits || keys.length === 0 || rest.some(({ node }) => hasQuery(node))) continue;
    if (columnRefs(core.tree.targetList).some((one) => (one.fields ?? []).some((field) => 'A_Star' in field)))
      continue;
    const rank = freshName(sql, 'rank_in_group');
    const name = (column: string): string => quote.identifier(column);
    const columns = [...new Set([...keys, value.name, ...namesOf(place)])];
    const nulls = [...keys, value.name].filter(
      (one) => source.table!.columns.find((column) => column.name === one)?.notNull !== true,
    );
    const direction = target[1]!.toLowerCase() === 'max' ? 'DESC' : 'ASC';
    const from = [
      `(SELECT ${columns.map(name).join(', ')}, rank() OVER (PARTITION BY ${keys.map(name).join(', ')} ORDER BY ${name(value.name)} ${direction} NULLS LAST) AS ${rank}`,
      `FROM ${quote.name(source.table)}${nulls.length > 0 ? ` WHERE ${nulls.map((one) => `${name(one)} IS NOT NULL`).join(' AND ')}` : ''}) AS ${quote.identifier(source.called)}`,
    ].join(' ');
    return [
      {
        edits: [
          { from: core.tables!.from, to: core.tables!.to, text: from },
          { from: condition.from, to: condition.to, text: `${qualifiedName({ ...value, name: rank })} = 1` },
        ],
        because:
          'the greatest of each group was looked for once for each row; ranked in its group, each row is read once',
      },
    ];
  }
  return undefined;
}

/** Names of all columns that the query itself uses. */
function namesOf({ core, level, sight }: Place): readonly string[] {
  return columnRefs([core.tree.targetList, core.tree.whereClause, level.tree.sortClause]).flatMap(
    (reference) => {
      const seen = resolved(reference, sight);
      return seen && !seen.correlated ? seen.name : [];
    },
  );
}
