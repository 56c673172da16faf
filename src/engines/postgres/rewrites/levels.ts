/** A statement cut where its clauses are. */
import type { SelectStmt } from 'libpg-query';
import { parse } from '../grammar/parse.ts';
import { spanOf, split, tokensOf, within, type DeepToken, type Range } from './text.ts';

/** What a clause says, and where it begins with its keyword. */
export interface Clause extends Range {
  /** Offset of the keyword. */
  readonly start: number;
}

/** One SELECT without what a set operation puts around it. */
export interface Core extends Range {
  readonly tree: SelectStmt;
  readonly distinct?: Range & { readonly on: boolean };
  readonly targets: readonly Range[];
  readonly tables?: Clause;
  readonly where?: Clause;
  readonly group?: Clause;
  readonly having?: Clause;
  readonly window?: Clause;
}

/** A query at one level: a statement, or what stands between two brackets. */
export interface Level extends Range {
  readonly tree: SelectStmt;
  readonly with?: Range;
  /** More than one with set operations between them. */
  readonly cores: readonly Core[];
  readonly operators: readonly Range[];
  readonly order?: Clause;
  readonly limit?: Clause;
  readonly offset?: Clause;
  readonly lock?: Clause;
  readonly parent?: Level;
}

/** Queries of a statement, the outermost first; levels that are written in a way nobody expects are left out. */
export function levelsOf(sql: string): readonly Level[] {
  const tokens = tokensOf(sql);
  const levels: Level[] = [];
  const add = (inner: readonly DeepToken[]): void => {
    const range = spanOf(inner);
    if (!range || !/^(?:select|with)$/i.test(inner[0]!.text)) return;
    const parent = levels.findLast((one) => one.from <= range.from && range.to <= one.to);
    const level = levelOf(sql, inner, range, parent);
    if (level) levels.push(level);
  };
  add(tokens.at(-1)?.text === ';' ? tokens.slice(0, -1) : tokens);
  for (const [index, token] of tokens.entries()) {
    if (token.text !== '(') continue;
    const end = tokens.findIndex((one, at) => at > index && one.depth === token.depth);
    if (end > index) add(tokens.slice(index + 1, end));
  }
  return levels;
}

function levelOf(
  sql: string,
  tokens: readonly DeepToken[],
  range: Range,
  parent: Level | undefined,
): Level | undefined {
  const stmt = treeOf(sql.slice(range.from, range.to));
  if (!stmt) return undefined;
  const depth = tokens[0]!.depth;
  const words = keywords(tokens, depth);
  const first = words.findIndex(({ word }) => word === 'select');
  if (first < 0) return undefined;
  const tail = words.findIndex(
    ({ word }, at) => at > first && ['order', 'limit', 'offset', 'fetch', 'for'].includes(word),
  );
  const bodyEnd = tail < 0 ? range.to : lastBefore(tokens, words[tail]!.from);
  const operators = words.filter(
    ({ word, from }) => from < bodyEnd && ['union', 'intersect', 'except'].includes(word),
  );
  const cores: Core[] = [];
  let from = words[first]!.from;
  for (const operator of [...operators, undefined]) {
    const to = operator ? lastBefore(tokens, operator.from) : bodyEnd;
    const core = coreOf(sql, within(tokens, { from, to }), depth);
    if (!core) return undefined;
    cores.push(core);
    if (operator) from = nextAfter(tokens, operator.to);
  }
  const clause = (word: string): Clause | undefined => {
    const at = words.findIndex((one, index) => index >= tail && tail >= 0 && one.word === word);
    if (at < 0) return undefined;
    const next = words.find(
      (one, index) =>
        index > at && index >= tail && ['order', 'limit', 'offset', 'fetch', 'for'].includes(one.word),
    );
    return bodyOf(tokens, words[at]!, next ? next.from : range.to);
  };
  const found = {
    order: clause('order'),
    limit: clause('limit') ?? clause('fetch'),
    offset: clause('offset'),
    lock: clause('for'),
  };
  const lead = words[first]!.from > range.from ? lastBefore(tokens, words[first]!.from) : undefined;
  const level: Level = {
    ...range,
    tree: stmt,
    cores,
    operators: operators.map(({ from: start, to }) => ({ from: start, to })),
    ...(lead === undefined ? {} : { with: { from: range.from, to: lead } }),
    ...(found.order ? { order: found.order } : {}),
    ...(found.limit ? { limit: found.limit } : {}),
    ...(found.offset ? { offset: found.offset } : {}),
    ...(found.lock ? { lock: found.lock } : {}),
    ...(parent ? { parent } : {}),
  };
  return agrees(level) ? level : undefined;
}

/** The tree has what the text seems to have; where it differs the text was misread, and nothing is touched. */
function agrees({ tree, order, limit, offset, cores, operators }: Level): boolean {
  return (
    (tree.sortClause ?? []).length > 0 === (order !== undefined) &&
    (tree.limitOffset !== undefined) === (offset !== undefined) &&
    (tree.limitCount === undefined || limit !== undefined) &&
    (tree.op !== 'SETOP_NONE') === operators.length > 0 &&
    cores.length === operators.length + 1
  );
}

function coreOf(sql: string, tokens: readonly DeepToken[], depth: number): Core | undefined {
  const range = spanOf(tokens);
  const tree = range && treeOf(sql.slice(range.from, range.to));
  if (!range || !tree || tree.op !== 'SETOP_NONE') return undefined;
  const words = keywords(tokens, depth);
  if (words[0]?.word !== 'select' || words[0].from !== range.from) return undefined;
  const marks = words.filter(({ word }) =>
    ['from', 'where', 'group', 'having', 'window', 'into'].includes(word),
  );
  if (marks.some(({ word }) => word === 'into')) return undefined;
  const clause = (word: string): Clause | undefined => {
    const at = marks.findIndex((one) => one.word === word);
    return at < 0 ? undefined : bodyOf(tokens, marks[at]!, marks[at + 1]?.from ?? range.to);
  };
  const listEnd = marks[0] ? lastBefore(tokens, marks[0].from) : range.to;
  let list = within(tokens, { from: nextAfter(tokens, words[0].to), to: listEnd });
  let distinct: Core['distinct'];
  const lead = list[0]?.kind === 'word' ? list[0].text.toLowerCase() : '';
  if (lead === 'all') list = list.slice(1);
  if (lead === 'distinct') {
    const on = list[1]?.text.toLowerCase() === 'on';
    const close = on ? list.findIndex((one, at) => at > 2 && one.depth === list[2]!.depth) : 0;
    distinct = { from: list[0]!.from, to: list[close]!.to, on };
    list = list.slice(close + 1);
  }
  const parts = {
    tables: clause('from'),
    where: clause('where'),
    group: clause('group'),
    having: clause('having'),
    window: clause('window'),
  };
  const targets = split(list, depth, (token) => token.text === ',');
  const same =
    targets.length === (tree.targetList ?? []).length &&
    (tree.whereClause !== undefined) === (parts.where !== undefined) &&
    (tree.fromClause ?? []).length > 0 === (parts.tables !== undefined) &&
    (tree.groupClause ?? []).length > 0 === (parts.group !== undefined) &&
    (tree.havingClause !== undefined) === (parts.having !== undefined);
  if (!same) return undefined;
  return {
    ...range,
    tree,
    targets,
    ...(distinct ? { distinct } : {}),
    ...(parts.tables ? { tables: parts.tables } : {}),
    ...(parts.where ? { where: parts.where } : {}),
    ...(parts.group ? { group: parts.group } : {}),
    ...(parts.having ? { having: parts.having } : {}),
    ...(parts.window ? { window: parts.window } : {}),
  };
}

function treeOf(sql: string): SelectStmt | undefined {
  try {
    const stmt = parse(sql).stmts?.[0]?.stmt;
    return stmt && 'SelectStmt' in stmt ? stmt.SelectStmt : undefined;
  } catch {
    return undefined;
  }
}

interface Keyword extends Range {
  readonly word: string;
}

/** Words of a level that begin clauses, with their second word. */
function keywords(tokens: readonly DeepToken[], depth: number): readonly Keyword[] {
  const own = tokens.filter((token) => token.depth === depth);
  return own.flatMap((token, at): Keyword[] => {
    if (token.kind !== 'word') return [];
    const word = token.text.toLowerCase();
    const before = own[at - 1]?.text.toLowerCase() ?? '';
    const next = own[at + 1];
    const after = next?.text.toLowerCase() ?? '';
    if (before === '.' || before === 'as') return [];
    const both = (...seconds: readonly string[]): Keyword[] =>
      next && seconds.includes(after) ? [{ word, from: token.from, to: next.to }] : [];
    if (word === 'group' || word === 'order') return both('by');
    if (word === 'for') return both('update', 'share', 'no', 'key');
    if (['union', 'intersect', 'except'].includes(word))
      return after === 'all' || after === 'distinct'
        ? both('all', 'distinct')
        : [{ word, from: token.from, to: token.to }];
    if (word === 'from' && before === 'distinct') return [];
    const plain = ['select', 'from', 'where', 'having', 'window', 'limit', 'offset', 'fetch', 'into'];
    return plain.includes(word) ? [{ word, from: token.from, to: token.to }] : [];
  });
}

function bodyOf(tokens: readonly DeepToken[], keyword: Keyword, before: number): Clause | undefined {
  const last = tokens.findLast(({ from }) => from < before);
  const first = tokens.find(({ from }) => from >= keyword.to);
  const end = last && before === last.to ? last.to : last?.to;
  return first && end !== undefined && end >= first.to
    ? { start: keyword.from, from: first.from, to: end }
    : undefined;
}

function lastBefore(tokens: readonly DeepToken[], at: number): number {
  return tokens.findLast(({ to }) => to <= at)?.to ?? at;
}

function nextAfter(tokens: readonly DeepToken[], at: number): number {
  return tokens.find(({ from }) => from >= at)?.from ?? at;
}
