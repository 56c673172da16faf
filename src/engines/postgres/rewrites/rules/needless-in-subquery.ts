import { aggregatesIn } from '../expression.ts';
import { removed } from '../edits.ts';
import type { Found, Place, RewriteRule } from '../place.ts';
import { tokensOf, type Edit } from '../text.ts';

/** DISTINCT and ORDER BY in a subquery that only says which values there are. */
export const needlessInSubquery: RewriteRule = {
  id: 'needless-in-subquery',
  find: (place) => rewritten(place) ?? [],
};

const orderless: ReadonlySet<string> = new Set([
  'count',
  'sum',
  'min',
  'max',
  'avg',
  'bool_and',
  'bool_or',
  'every',
]);

function rewritten(place: Place): readonly Found[] | undefined {
  const { sql, level, core } = place;
  if (!level.parent || level.limit || level.offset || level.lock) return undefined;
  const tokens = tokensOf(sql);
  const open = tokens.findLastIndex(({ to }) => to <= level.from);
  const before = tokens[open - 1]?.text.toLowerCase();
  const asksWhether = before === 'in' || before === 'exists';
  const edits: Edit[] = [];
  if (
    level.order &&
    (asksWhether || (before === 'from' && forgetsOrder(place))) &&
    !(core.distinct?.on ?? false)
  )
    edits.push(removed(sql, { from: level.order.start, to: level.order.to }));
  if (asksWhether && core.distinct && !core.distinct.on && level.cores.length === 1)
    edits.push({ from: core.distinct.from, to: core.targets[0]!.from, text: '' });
  return edits.length === 0
    ? undefined
    : [
        {
          edits,
          because:
            'which values there are does not depend on their order or on how often they come; sorting and comparing them is for nothing',
        },
      ];
}

/** The query around counts or adds up, or has an order of its own. */
function forgetsOrder({ level, catalog }: Place): boolean {
  const parent = level.parent!;
  const around = parent.cores[0]!;
  const names = aggregatesIn(around.tree.targetList, catalog);
  const sums = names.length > 0 && names.every((name) => orderless.has(name)) && !around.group;
  return (
    parent.cores.length === 1 &&
    (sums || (parent.order !== undefined && names.every((name) => orderless.has(name)) && !parent.limit))
  );
}
