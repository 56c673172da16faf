/** A statement whose tables are joined in an order that its text holds the planner to. */
import type { Node } from 'libpg-query';
import type { Catalog } from '../../../catalog/model.ts';
import type { JoinOrder, JoinOrderOptions, JoinOrders } from '../../../engine/model.ts';
import { parse } from '../grammar/parse.ts';
import { quote } from '../quote.ts';
import { isVolatile } from './expression.ts';
import { graphOf, leftDeep, type JoinedItem, type JoinGraph } from './join-graph.ts';
import { levelsOf, type Core } from './levels.ts';
import type { Place } from './place.ts';
import { sightOf } from './sight.ts';
import { edited, tokensOf, within, type DeepToken, type Edit, type Range } from './text.ts';

/** Left-deep orders of a statement whose joins are all inner, or why it has none. */
export function joinOrders(sql: string, catalog: Catalog, options: JoinOrderOptions): JoinOrders {
  const stmts = parse(sql).stmts ?? [];
  const stmt = stmts[0]?.stmt;
  if (!stmt || stmts.length !== 1 || !('SelectStmt' in stmt))
    return none('only the joins of a SELECT can be said in another order');
  if (isVolatile(stmt, catalog))
    return none('it calls volatile functions, which another order calls otherwise');
  const level = levelsOf(sql)[0];
  const core = level?.cores[0];
  if (!level || !core?.tables) return none('its joins are not written where they are expected');
  if (level.cores.length !== 1) return none('it is several SELECTs with a set operation between them');
  const leaves: string[] = [];
  for (const item of core.tree.fromClause ?? []) {
    const because = leavesOf(item, leaves);
    if (because !== undefined) return none(because);
  }
  if (new Set(leaves).size !== leaves.length) return none('two of its tables have the same name');
  const items = itemsOf(sql, core.tables);
  if (items?.length !== leaves.length) return none('its joins are not written where they are expected');
  if (leaves.length < 3) return none('of two tables the planner weighs both sides already');
  const place: Place = { sql, level, core, sight: sightOf(core, level, catalog), catalog };
  const shared = items.flatMap(({ using }) => using ?? []);
  if (shared.length > 0 && (hasSubquery(core) || level.with || starsOf(place).length > 0))
    return none('columns of USING cannot be told apart beside a star or a subquery');
  if (shared.length > 0 && core.where && named(sql, core.where, shared))
    return none('a condition names a column of USING without its table');
  const graph = graphOf(place, items, leaves);
  return {
    kind: 'orders',
    relations: leaves.length,
    orders: leftDeep(graph, options.size, options.most).map((order) => orderOf(place, items, graph, order)),
  };
}

function none(because: string): JoinOrders {
  return { kind: 'none', because };
}

/** Names of the tables below an item of FROM, from left to right; a text says what stands against another order. */
function leavesOf(item: Node, names: string[]): string | undefined {
  if ('JoinExpr' in item) {
    const { jointype, isNatural, larg, rarg, alias, join_using_alias } = item.JoinExpr;
    if (jointype !== 'JOIN_INNER') return 'an outer join keeps its side of the order';
    if (isNatural) return 'a NATURAL join does not say its columns';
    if (alias || join_using_alias) return 'a join with a name of its own stays together';
    if (!larg || !rarg || 'JoinExpr' in rarg) return 'its joins stand in brackets';
    return leavesOf(larg, names) ?? leavesOf(rarg, names);
  }
  if ('RangeVar' in item) {
    names.push(item.RangeVar.alias?.aliasname ?? item.RangeVar.relname ?? '');
    return undefined;
  }
  if ('RangeSubselect' in item) {
    if (item.RangeSubselect.lateral) return 'a LATERAL subquery needs the tables before it';
    const name = item.RangeSubselect.alias?.aliasname;
    if (name === undefined) return 'a subquery in FROM has no name';
    names.push(name);
    return undefined;
  }
  return 'a function in FROM may need the tables before it';
}

/** Items between commas and join words at one depth. */
function itemsOf(sql: string, tables: Range): readonly JoinedItem[] | undefined {
  const tokens = within(tokensOf(sql), tables);
  const depth = tokens[0]?.depth ?? 0;
  const wordOf = (token: DeepToken | undefined, before?: DeepToken): string =>
    token?.kind === 'word' && token.depth === depth && before?.text !== '.' ? token.text.toLowerCase() : '';
  const groups: DeepToken[][] = [[]];
  for (const [at, token] of tokens.entries()) {
    const word = wordOf(token, tokens[at - 1]);
    if ((token.text === ',' && token.depth === depth) || word === 'join') groups.push([]);
    else if (word !== 'inner' && word !== 'cross') groups.at(-1)!.push(token);
  }
  const items = groups.map((group): JoinedItem | undefined => {
    const at = group.findIndex((token, i) => ['on', 'using'].includes(wordOf(token, group[i - 1])));
    const table = rangeOf(at < 0 ? group : group.slice(0, at));
    const rest = at < 0 ? [] : group.slice(at + 1);
    if (!table) return undefined;
    if (at >= 0 && wordOf(group[at]) === 'using')
      return {
        table,
        using: rest.filter(({ text }) => !/^[(),]$/.test(text)).map(nameOf),
      };
    const on = rangeOf(rest);
    return { table, ...(on ? { on } : {}) };
  });
  return items.every((item) => item !== undefined) ? items : undefined;
}

function rangeOf(tokens: readonly DeepToken[]): Range | undefined {
  const [first, last] = [tokens[0], tokens.at(-1)];
  return first && last && { from: first.from, to: last.to };
}

function nameOf({ kind, text }: DeepToken): string {
  return kind === 'quoted' ? text.slice(1, -1).replaceAll('""', '"') : text.toLowerCase();
}

function hasSubquery({ tree }: Core): boolean {
  return /"(?:SubLink|RangeSubselect)"/.test(JSON.stringify(tree));
}

function starsOf({ sql, core }: Place): readonly Range[] {
  return core.targets.filter(({ from, to }) => sql.slice(from, to) === '*');
}

/** Whether a range names one of the columns without a table before it. */
function named(sql: string, range: Range, columns: readonly string[]): boolean {
  const tokens = within(tokensOf(sql), range);
  return tokens.some(
    (token, at) =>
      (token.kind === 'word' || token.kind === 'quoted') &&
      columns.includes(nameOf(token)) &&
      tokens[at - 1]?.text !== '.',
  );
}

/** FROM as nested cross joins, which a planner whose collapse limits are 1 does not take apart; every condition in WHERE. */
function orderOf(
  place: Place,
  items: readonly JoinedItem[],
  { leaves, equal, owners }: JoinGraph,
  order: readonly number[],
): JoinOrder {
  const { sql, core } = place;
  const text = (range: Range): string => sql.slice(range.from, range.to);
  const from = order
    .slice(1)
    .reduce((left, at) => `(${left} CROSS JOIN ${text(items[at]!.table)})`, text(items[order[0]!]!.table))
    .slice(1, -1);
  const conditions = [
    ...items.flatMap(({ on }) => (on ? `(${text(on)})` : [])),
    ...equal,
    ...(core.where ? [`(${text(core.where)})`] : []),
  ];
  const said = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  const tables = core.tables!;
  const stars = leaves.map((name) => `${quote.identifier(name)}.*`).join(', ');
  const edits: Edit[] = [
    { from: tables.from, to: core.where?.to ?? tables.to, text: `${from}${said}` },
    // A star would give the columns in the order of the joins.
    ...starsOf(place).map((range) => ({ ...range, text: stars })),
    ...qualified(place, owners),
  ];
  return { tables: order.map((at) => leaves[at]!), sql: edited(sql, edits) };
}

/** Columns that USING made one are those of the first table that has them: outside of FROM. */
function qualified({ sql, core }: Place, owners: ReadonlyMap<string, string>): readonly Edit[] {
  if (owners.size === 0) return [];
  const tokens = tokensOf(sql);
  const skipped = { from: core.tables!.start, to: core.where?.to ?? core.tables!.to };
  return tokens.flatMap((token, at): Edit[] => {
    const [before, after] = [tokens[at - 1]?.text.toLowerCase(), tokens[at + 1]?.text];
    const free = !['.', 'as'].includes(before ?? '') && after !== '.' && after !== '(';
    const outside = token.from >= core.from && (token.to <= skipped.from || token.from >= skipped.to);
    const owner = token.kind === 'word' || token.kind === 'quoted' ? owners.get(nameOf(token)) : undefined;
    return free && outside && owner !== undefined
      ? [{ from: token.from, to: token.from, text: `${quote.identifier(owner)}.` }]
      : [];
  });
}
