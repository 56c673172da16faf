/** ORDER BY, GROUP BY, DISTINCT, windows and extremes as wishes of single tables. */
import type { Node, SelectStmt, SortBy, WindowDef } from 'libpg-query';
import type { AccessOrder } from '../../../engine/access/model.ts';
import { text, walk, words } from '../grammar/tree.ts';
import { expressionsOf, keyOf } from './sides.ts';
import type { Draft } from './draft.ts';
import { copyUse, type Use } from './use.ts';
import type { Expression } from './expression.ts';
import type { Scope } from './scope.ts';
import { sorts } from './types.ts';
import { waysOf } from './ways.ts';

/** Tells the tables of one SELECT the order and the groups it wants of them. */
export function sort(statement: SelectStmt, scope: Scope, draft: Draft): void {
  const { targetList = [], groupClause = [], sortClause = [], distinctClause, windowClause = [] } = statement;
  const limit = statement.limitCount !== undefined;
  const meant = (node: Node | undefined, outputFirst: boolean): Node | undefined => {
    if (node && 'A_Const' in node) return valueOf(targetList[(node.A_Const.ival?.ival ?? 0) - 1]);
    const name = node && 'ColumnRef' in node ? words(node.ColumnRef.fields) : [];
    const named =
      name.length === 1
        ? targetList.find((item) => 'ResTarget' in item && item.ResTarget.name === name[0])
        : undefined;
    if (!named || !node) return node;
    const value = valueOf(named);
    // GROUP BY means a column before it means an output of that name.
    return outputFirst || expressionsOf(node, scope, draft).length === 0 ? value : node;
  };
  const expressions = (nodes: readonly (Node | undefined)[]): readonly (readonly Expression[])[] =>
    nodes.map((node) => expressionsOf(node, scope, draft));
  const aggregates = groupClause.length > 0;

  for (const [use, keys] of leading(expressions(groupClause.map((node) => meant(node, false))), false))
    if (use.group.length === 0) use.group = keys.map(({ expression }) => keyOf(expression));
  const distinct = (distinctClause ?? []).filter((node) => Object.keys(node).length > 0);
  if (distinctClause)
    for (const [use, keys] of leading(
      expressions(distinct.length > 0 ? distinct.map((node) => meant(node, true)) : targetList.map(valueOf)),
      distinct.length === 0,
    ))
      if (use.distinct.length === 0) use.distinct = keys.map(({ expression }) => keyOf(expression));

  const sortBys = sortClause.flatMap((node) => ('SortBy' in node ? [node.SortBy] : []));
  order(
    sortBys.map((one) => ({ one, expressions: expressionsOf(meant(one.node, true), scope, draft) })),
    limit && !aggregates && distinct.length === 0,
  );
  const wanted = sortClause.map((node) => ('SortBy' in node ? node.SortBy.node : undefined));
  if (wanted.length === 1) distance(meant(wanted[0], true), scope, draft);
  for (const definition of windowsOf(statement.targetList, windowClause)) windowed(definition, scope, draft);
  if (!aggregates && sortBys.length === 0) extremes(targetList.map(valueOf), scope, draft);
}

/** Outputs of a UNION in order: each branch may come in that order. */
export function sortOutputs(
  { sortClause = [], limitCount }: SelectStmt,
  outputs: ReadonlyMap<string, readonly Expression[]>,
): void {
  const list = [...outputs.values()];
  order(
    sortClause.flatMap((node) => {
      if (!('SortBy' in node)) return [];
      const by = node.SortBy.node;
      const expressions =
        by && 'A_Const' in by
          ? list[(by.A_Const.ival?.ival ?? 0) - 1]
          : by && 'ColumnRef' in by
            ? outputs.get(words(by.ColumnRef.fields).at(-1) ?? '')
            : undefined;
      return [{ one: node.SortBy, expressions: expressions ?? [] }];
    }),
    limitCount !== undefined,
  );
}

function order(
  items: readonly { readonly one: SortBy; readonly expressions: readonly Expression[] }[],
  limit: boolean,
): void {
  for (const [use, keys] of leading(
    items.map(({ expressions }) => expressions),
    false,
  )) {
    if (use.order.length > 0) continue;
    use.order = keys.map(({ expression, place }): AccessOrder => {
      const { sortby_dir, sortby_nulls } = items[place]!.one;
      const descending = sortby_dir === 'SORTBY_DESC';
      return {
        ...keyOf(expression),
        descending,
        nullsFirst:
          sortby_nulls === 'SORTBY_NULLS_FIRST' || (descending && sortby_nulls !== 'SORTBY_NULLS_LAST'),
      };
    });
    use.limit ||= limit && keys.length === items.length;
  }
}

/** Per use the keys at the beginning that are its own, up to the first that is another's or that no tree sorts; `gaps`: others between them do not matter. */
function leading(
  keys: readonly (readonly Expression[])[],
  gaps: boolean,
): ReadonlyMap<Use, readonly { readonly expression: Expression; readonly place: number }[]> {
  const found = new Map<Use, { expression: Expression; place: number }[]>();
  const uses = new Set((gaps ? keys.flat() : (keys[0] ?? [])).flatMap(({ use }) => use ?? []));
  for (const use of uses) {
    const own: { expression: Expression; place: number }[] = [];
    for (const [place, expressions] of keys.entries()) {
      const expression = expressions.find((one) => one.use === use);
      const fits = expression?.type && sorts(expression.type) && !expression.type.array;
      if (fits && !own.some((one) => one.expression.sql === expression.sql)) own.push({ expression, place });
      else if (!fits && !gaps) break;
    }
    if (own.length > 0) found.set(use, own);
  }
  return found;
}

/** `ORDER BY spot <-> point (1, 2)`: the nearest ones first. */
function distance(node: Node | undefined, scope: Scope, draft: Draft): void {
  if (!node || !('A_Expr' in node) || text(node.A_Expr.name?.at(-1)) !== '<->') return;
  for (const side of [node.A_Expr.lexpr, node.A_Expr.rexpr])
    for (const expression of expressionsOf(side, scope, draft))
      if (expression.use)
        expression.use.conditions.push({
          ...keyOf(expression),
          kind: 'distance',
          operator: '<->',
          against: { kind: 'expression' },
          ways: waysOf('distance', '<->', expression, draft),
        });
}

/** `min (x)` and `max (y)` alone: the first row in each order, each looked up as if the others were not there. */
function extremes(targets: readonly (Node | undefined)[], scope: Scope, draft: Draft): void {
  const found = targets.map((node) => extreme(node, scope, draft));
  if (found.includes(undefined)) return;
  for (const one of found) {
    const { expression, descending } = one!;
    const { use, type } = expression;
    if (!use || !type || !sorts(type) || type.array) continue;
    const own = use.order.length === 0 ? use : copyUse(draft.uses, use);
    own.order = [{ ...keyOf(expression), descending, nullsFirst: descending }];
    own.limit = true;
  }
}

function extreme(
  node: Node | undefined,
  scope: Scope,
  draft: Draft,
): { readonly expression: Expression; readonly descending: boolean } | undefined {
  const call = node && 'FuncCall' in node ? node.FuncCall : undefined;
  const name = text(call?.funcname?.at(-1));
  if (!call || call.over || call.args?.length !== 1 || (name !== 'min' && name !== 'max')) return undefined;
  const [expression] = expressionsOf(call.args[0], scope, draft);
  return expression && { expression, descending: name === 'max' };
}

function windowed({ partitionClause = [], orderClause = [] }: WindowDef, scope: Scope, draft: Draft): void {
  order(
    [
      ...partitionClause.map((node): SortBy => ({ node })),
      ...orderClause.flatMap((node) => ('SortBy' in node ? [node.SortBy] : [])),
    ].map((one) => ({ one, expressions: expressionsOf(one.node, scope, draft) })),
    false,
  );
}

function windowsOf(targets: readonly Node[] | undefined, named: readonly Node[]): readonly WindowDef[] {
  const found: WindowDef[] = named.flatMap((node) => ('WindowDef' in node ? [node.WindowDef] : []));
  walk(targets ?? [], (kind, node) => {
    if (kind === 'SubLink') return false;
    if (kind === 'FuncCall' && node['over']) found.push(node['over'] as WindowDef);
    return true;
  });
  return found;
}

function valueOf(item: Node | undefined): Node | undefined {
  return item && 'ResTarget' in item ? item.ResTarget.val : undefined;
}
