import { text as textOf } from '../../grammar/tree.ts';
import { columnRefs, comparisonOf, expressionOf, hasQuery } from '../expression.ts';
import { joinsOf, type JoinItem } from '../joins.ts';
import { columnOf, conditionsOf, isPlain, sourcesIn, type Condition } from '../looking.ts';
import { removed } from '../edits.ts';
import type { Found, Place, RewriteRule } from '../place.ts';
import { resolved } from '../sight.ts';

/** LEFT JOIN … WHERE right IS NULL asks for rows without a partner. */
export const leftJoinToNotExists: RewriteRule = {
  id: 'left-join-to-not-exists',
  find: (place) => {
    const items = isPlain(place) ? (joinsOf(place) ?? []) : [];
    return items.flatMap((item) => (item.kind === 'left' ? (rewritten(item, items, place) ?? []) : []));
  },
};

function rewritten(item: JoinItem, items: readonly JoinItem[], place: Place): Found | undefined {
  const { sql, core, level, sight } = place;
  if (!item.on || items.some(({ kind }) => kind === 'other' || kind === 'comma')) return undefined;
  const on = expressionOf(sql.slice(item.on.from, item.on.to));
  const conditions = conditionsOf(place);
  const test = conditions.find((condition) => isNullTest(condition, item, place));
  if (!on || hasQuery(on.node) || !test) return undefined;
  const elsewhere = [
    core.tree.targetList,
    level.tree.sortClause,
    ...conditions.filter((one) => one !== test).map(({ node }) => node),
    ...items
      .filter((one) => one !== item)
      .map((one) => one.on && expressionOf(sql.slice(one.on.from, one.on.to))?.node),
  ];
  for (const reference of columnRefs(elsewhere)) {
    const fields = reference.fields ?? [];
    const owner = 'A_Star' in (fields.at(-1) ?? {}) ? textOf(fields.at(-2)) : undefined;
    const seen =
      owner === undefined
        ? resolved(reference, sight)?.source
        : sight.sources.find(({ called }) => called === owner);
    if (!seen || seen === item.source) return undefined;
  }
  return {
    edits: [
      removed(sql, item),
      {
        from: test.from,
        to: test.to,
        text: `NOT EXISTS (SELECT 1 FROM ${sql.slice(item.table.from, item.table.to)} WHERE ${sql.slice(item.on.from, item.on.to)})`,
      },
    ],
    because: 'rows without a partner are what is wanted: NOT EXISTS says so, and stops at the first partner',
  };
}

/** IS NULL of a column of the right side that no partner has null. */
function isNullTest(condition: Condition, item: JoinItem, place: Place): boolean {
  const { node } = condition;
  if (!('NullTest' in node) || node.NullTest.nulltesttype !== 'IS_NULL' || !node.NullTest.arg) return false;
  if (!('ColumnRef' in node.NullTest.arg)) return false;
  const seen = resolved(node.NullTest.arg.ColumnRef, place.sight);
  if (!seen || seen.source !== item.source) return false;
  return seen.column?.notNull === true || isJoined(seen.name, item, place);
}

/** A column that ON compares for equality is not null where there is a partner. */
function isJoined(name: string, item: JoinItem, place: Place): boolean {
  const on = item.on && expressionOf(place.sql.slice(item.on.from, item.on.to));
  const comparison = comparisonOf(on);
  if (comparison?.operator !== '=' || !on || (sourcesIn(on.node, place)?.size ?? 0) < 2) return false;
  return [comparison.left, comparison.right].some((side) => {
    const seen = columnOf(side, place);
    return seen?.source === item.source && seen.name === name;
  });
}
