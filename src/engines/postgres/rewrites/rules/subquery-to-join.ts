import type { Node } from 'libpg-query';
import { text as textOf } from '../../grammar/tree.ts';
import { quote } from '../../quote.ts';
import { aggregatesIn, columnRefs, comparisonOf, hasQuery } from '../expression.ts';
import { conditionsIn, freshName, isBare, isPlain, qualifiedName, type Condition } from '../looking.ts';
import { levelsOf, type Core, type Level } from '../levels.ts';
import type { Found, Place, RewriteRule } from '../place.ts';
import { keysOf, resolved, sightOf, type Seen, type Sight } from '../sight.ts';
import { tokensOf, type Edit, type Range } from '../text.ts';

/** A subquery that is asked once per row becomes a join that is asked once. */
export const subqueryToJoin: RewriteRule = {
  id: 'subquery-to-join',
  repeats: true,
  find: (place) => {
    if (!isPlain(place) || !place.core.tables || hasBareStar(place)) return [];
    return levelsOf(place.sql)
      .filter(
        (level) =>
          level.parent?.from === place.level.from && level.from > place.core.from && level.to < place.core.to,
      )
      .flatMap((level) => rewritten(level, place) ?? []);
  },
};

/** `*` would show the columns of the join. */
function hasBareStar({ core }: Place): boolean {
  return (core.tree.targetList ?? []).some((item) => {
    const value = 'ResTarget' in item ? item.ResTarget.val : undefined;
    const fields = value && 'ColumnRef' in value ? (value.ColumnRef.fields ?? []) : [];
    return fields.length === 1 && 'A_Star' in fields[0]!;
  });
}

interface Pair {
  readonly inner: Seen;
  readonly outer: Seen;
  readonly condition: Condition;
}

function rewritten(level: Level, place: Place): Found | undefined {
  const { sql, core } = place;
  const inner = level.cores[0]!;
  const spot = spotOf(level, place);
  const tables = core.tables!;
  if (
    !spot ||
    level.cores.length > 1 ||
    !isBare(withoutLimit(level)) ||
    (level.from < tables.to && level.from > tables.from)
  )
    return undefined;
  if (inner.targets.length !== 1 || level.offset) return undefined;
  const sight = sightOf(inner, level, place.catalog);
  const conditions = inner.where ? conditionsIn(sql, inner.where) : [];
  const pairs: Pair[] = [];
  const own: Condition[] = [];
  for (const condition of conditions) {
    const pair = pairOf(condition, sight);
    if (pair) pairs.push(pair);
    else if (isOwn(condition, sight)) own.push(condition);
    else return undefined;
  }
  if (pairs.length === 0 || !isOwnText(inner, sight)) return undefined;
  const outers = new Set(pairs.map(({ outer }) => outer.source));
  const last = place.sight.sources.at(-1);
  // ON sees what is joined, not what stands before a comma.
  const comma = (core.tree.fromClause ?? []).length > 1;
  if (comma && !(outers.size === 1 && outers.has(last!))) return undefined;
  const target = core.tree.targetList ? inner.tree.targetList?.[0] : undefined;
  const value = target && 'ResTarget' in target ? target.ResTarget.val : undefined;
  if (!value) return undefined;
  const parts = { level, inner, sight, pairs, own, value, spot };
  return aggregatesIn(value, place.catalog).length > 0
    ? level.order || level.limit
      ? undefined
      : grouped(parts, place)
    : (looked(parts, place) ?? latest(parts, place));
}

interface Parts {
  readonly level: Level;
  readonly inner: Core;
  readonly sight: Sight;
  readonly pairs: readonly Pair[];
  readonly own: readonly Condition[];
  readonly value: Node;
  readonly spot: Spot;
}

const because =
  'the subquery is carried out once for each row; as a join its rows are read once for all of them';

/** An aggregate over the rows of each key. */
function grouped({ inner, pairs, own, value, spot }: Parts, place: Place): Found | undefined {
  const { sql, core } = place;
  const names = 'FuncCall' in value ? aggregatesIn(value, place.catalog) : [];
  const [name] = names;
  if (names.length !== 1 || !('FuncCall' in value)) return undefined;
  const joined = freshName(sql, 'per_key');
  const keys = pairs.map(({ inner: column }, at) => `${qualifiedName(column)} AS key_${at + 1}`);
  const range = inner.targets[0]!;
  const text = unnamed(sql.slice(range.from, range.to), inner);
  const where = own.map((one) => sql.slice(one.from, one.to));
  const join = [
    `LEFT JOIN (SELECT ${[...keys, `${text} AS value`].join(', ')} FROM ${sql.slice(inner.tables!.from, inner.tables!.to)}`,
    ...(where.length > 0 ? [`WHERE ${where.join(' AND ')}`] : []),
    `GROUP BY ${pairs.map(({ inner: column }) => qualifiedName(column)).join(', ')}) AS ${joined}`,
    `ON ${pairs.map(({ outer }, at) => `${joined}.key_${at + 1} = ${qualifiedName(outer)}`).join(' AND ')}`,
  ].join(' ');
  const put = name === 'count' ? `coalesce(${joined}.value, 0)` : `${joined}.value`;
  return found(core.tables!, spot, join, put);
}

/** One row that a unique key finds. */
function looked({ level, inner, sight, pairs, own, spot }: Parts, place: Place): Found | undefined {
  const { sql, core } = place;
  const [source] = sight.sources;
  if (!source?.table || sight.sources.length !== 1 || level.limit || level.order || hasQuery(inner.tree))
    return undefined;
  const columns = new Set(pairs.map(({ inner: column }) => column.name));
  if (!keysOf(source.table).some((key) => key.every((column) => columns.has(column)))) return undefined;
  const alias = freshName(sql, source.called);
  const renamed = (range: Range): string => withAlias(sql, range, source.called, alias, sight);
  const table = `${quote.name(source.table)} AS ${quote.identifier(alias)}`;
  const on = [...pairs.map(({ condition }) => condition), ...own].map(renamed);
  return found(
    core.tables!,
    spot,
    `LEFT JOIN ${table} ON ${on.join(' AND ')}`,
    unnamed(renamed(inner.targets[0]!), inner),
  );
}

/** The first row of each key, where the order lets only one be the first. */
function latest({ level, inner, sight, pairs, own, spot }: Parts, place: Place): Found | undefined {
  const { sql, core } = place;
  const [source] = sight.sources;
  const limit = level.tree.limitCount;
  const isOne = limit && 'A_Const' in limit && limit.A_Const.ival?.ival === 1;
  if (!source?.table || sight.sources.length !== 1 || !level.order || !isOne) return undefined;
  const ordered = new Set(pairs.map(({ inner: column }) => column.name));
  for (const item of level.tree.sortClause ?? []) {
    const key = 'SortBy' in item ? item.SortBy.node : undefined;
    const seen = key && 'ColumnRef' in key ? resolved(key.ColumnRef, sight) : undefined;
    if (!seen || seen.correlated) return undefined;
    ordered.add(seen.name);
  }
  if (!keysOf(source.table).some((key) => key.every((column) => ordered.has(column)))) return undefined;
  const joined = freshName(sql, 'latest');
  const keys = pairs.map(({ inner: column }) => qualifiedName(column));
  const range = inner.targets[0]!;
  const join = [
    `LEFT JOIN (SELECT DISTINCT ON (${keys.join(', ')}) ${keys.map((key, at) => `${key} AS key_${at + 1}`).join(', ')}, ${unnamed(sql.slice(range.from, range.to), inner)} AS value`,
    `FROM ${sql.slice(inner.tables!.from, inner.tables!.to)}`,
    ...(own.length > 0 ? [`WHERE ${own.map((one) => sql.slice(one.from, one.to)).join(' AND ')}`] : []),
    `ORDER BY ${[...keys, sql.slice(level.order.from, level.order.to)].join(', ')}) AS ${joined}`,
    `ON ${pairs.map(({ outer }, at) => `${joined}.key_${at + 1} = ${qualifiedName(outer)}`).join(' AND ')}`,
  ].join(' ');
  return found(core.tables!, spot, join, `${joined}.value`);
}

function found(tables: Range, spot: Spot, join: string, value: string): Found {
  const edits: readonly Edit[] = [
    {
      from: spot.from,
      to: spot.to,
      text:
        spot.name === undefined || value.endsWith(`.${spot.name}`)
          ? value
          : `${value} AS ${quote.identifier(spot.name)}`,
    },
    { from: tables.to, to: tables.to, text: `\n${join}` },
  ];
  return { edits, because };
}

interface Spot extends Range {
  /** Name of the column, where the subquery gave it one by being there. */
  readonly name?: string;
}

/** The brackets of a subquery that stands for a value. */
function spotOf(level: Level, { sql, core }: Place): Spot | undefined {
  const tokens = tokensOf(sql);
  const open = tokens.findLastIndex(({ to }) => to <= level.from);
  const close = tokens.findIndex(({ from }) => from >= level.to);
  const [first, last] = [tokens[open], tokens[close]];
  if (first?.text !== '(' || last?.text !== ')') return undefined;
  const before = tokens[open - 1];
  if (before && /^(?:exists|in|any|all|some|array|lateral|from|join|as|materialized)$/i.test(before.text))
    return undefined;
  if (
    before &&
    (before.kind === 'word' || before.kind === 'quoted') &&
    !/^(?:select|where|and|or|not|then|else|when|distinct|all|by|on|is)$/i.test(before.text)
  )
    return undefined;
  const item = core.targets.findIndex(({ from, to }) => from === first.from && to >= last.to);
  if (item < 0 || core.targets[item]!.to !== last.to) return { from: first.from, to: last.to };
  const target = core.tree.targetList?.[item];
  if (target && 'ResTarget' in target && target.ResTarget.name !== undefined)
    return { from: first.from, to: last.to };
  const own = level.cores[0]?.tree.targetList?.[0];
  const column = own && 'ResTarget' in own ? own.ResTarget : undefined;
  return { from: first.from, to: last.to, name: column?.name ?? columnName(column?.val) };
}

function columnName(node: Node | undefined): string {
  if (node && 'ColumnRef' in node) return textOf(node.ColumnRef.fields?.at(-1)) ?? '?column?';
  if (node && 'FuncCall' in node) return textOf(node.FuncCall.funcname?.at(-1)) ?? '?column?';
  return node && 'CoalesceExpr' in node ? 'coalesce' : '?column?';
}

/** `inner = outer`. */
function pairOf(condition: Condition, sight: Sight): Pair | undefined {
  const comparison = comparisonOf(condition);
  if (comparison?.operator !== '=') return undefined;
  const sides = [comparison.left, comparison.right].map(({ node }) =>
    'ColumnRef' in node ? resolved(node.ColumnRef, sight) : undefined,
  );
  const inner = sides.find((one) => one && !one.correlated);
  const outer = sides.find((one) => one?.correlated);
  return inner && outer ? { inner, outer, condition } : undefined;
}

function isOwn({ node }: Condition, sight: Sight): boolean {
  return (
    !hasQuery(node) && columnRefs(node).every((reference) => resolved(reference, sight)?.correlated === false)
  );
}

/** The list and FROM of the subquery name nothing of the query around it. */
function isOwnText({ tree }: Core, sight: Sight): boolean {
  return columnRefs([tree.targetList, tree.fromClause]).every((reference) => {
    const seen = resolved(reference, sight);
    return seen !== undefined && !seen.correlated;
  });
}

/** Text of a range with columns of a table under another name of it, and in front of those that had none. */
function withAlias(sql: string, range: Range, old: string, alias: string, sight: Sight): string {
  const text = sql.slice(range.from, range.to);
  const tokens = tokensOf(text);
  return tokens
    .map((token, at) => {
      const blank = text.slice(tokens[at - 1]?.to ?? 0, token.from);
      const isName = token.kind === 'word' || token.kind === 'quoted';
      const name =
        token.kind === 'quoted' ? token.text.slice(1, -1).replaceAll('""', '"') : token.text.toLowerCase();
      const before = tokens[at - 1]?.text;
      const after = tokens[at + 1]?.text;
      if (isName && after === '.' && name === old) return `${blank}${quote.identifier(alias)}`;
      const own = sight.sources[0]?.columns?.includes(name) === true;
      if (isName && before !== '.' && after !== '.' && after !== '(' && own)
        return `${blank}${quote.identifier(alias)}.${token.text}`;
      return blank + token.text;
    })
    .join('');
}

function unnamed(text: string, core: Core): string {
  const target = core.tree.targetList?.[0];
  if (!(target && 'ResTarget' in target && target.ResTarget.name !== undefined)) return text;
  const tokens = tokensOf(text);
  const as = tokens.at(-2)?.text.toLowerCase() === 'as';
  return text.slice(0, tokens.at(as ? -3 : -2)!.to);
}

function withoutLimit({ limit: _limit, ...level }: Level): Level {
  return level;
}
