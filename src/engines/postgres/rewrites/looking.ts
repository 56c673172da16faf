/** What rules ask of a place. */
import type { Node } from 'libpg-query';
import { quote } from '../quote.ts';
import { aggregatesIn, columnRefs, expressionOf, hasWindow, type Expression } from './expression.ts';
import type { Place } from './place.ts';
import { resolved, type Seen, type Source } from './sight.ts';
import { levelsOf, type Core, type Level } from './levels.ts';
import { partsOf, tokensOf, within, type Range } from './text.ts';

/** A condition with its place in the text. */
export interface Condition extends Expression, Range {}

/** Conditions that WHERE holds together by AND. */
export function conditionsOf({ sql, core }: Place): readonly Condition[] {
  return core.where ? conditionsIn(sql, core.where) : [];
}

/** Conditions of a range of the text. */
export function conditionsIn(sql: string, range: Range): readonly Condition[] {
  return partsOf(sql, range, 'and').flatMap(({ from, to }) => {
    const expression = expressionOf(sql.slice(from, to));
    return expression ? { ...expression, from, to } : [];
  });
}

/** The column that an expression is, if it is a plain one of this level. */
export function columnOf(expression: Expression, { sight }: Place): Seen | undefined {
  const seen = 'ColumnRef' in expression.node ? resolved(expression.node.ColumnRef, sight) : undefined;
  return seen?.correlated === true ? undefined : seen;
}

/** The column with the name of its table in front, so that it means the same inside a subquery. */
export function qualifiedName(seen: Seen): string {
  return `${quote.identifier(seen.source.called)}.${quote.identifier(seen.name)}`;
}

/** The sources that an expression's columns belong to; undefined when one of them cannot be told. */
export function sourcesIn(node: Node, { sight }: Place): ReadonlySet<Source> | undefined {
  const found = new Set<Source>();
  for (const reference of columnRefs(node)) {
    const seen = resolved(reference, sight);
    if (!seen) return undefined;
    if (!seen.correlated) found.add(seen.source);
  }
  return found;
}

/** Whether every row of the result stands for one row of FROM and WHERE. */
export function isPlain({ core, level, catalog }: Place): boolean {
  return (
    level.cores.length === 1 &&
    !core.distinct &&
    !core.group &&
    !core.having &&
    !core.window &&
    !level.lock &&
    aggregatesIn(core.tree.targetList, catalog).length === 0 &&
    !hasWindow(core.tree.targetList) &&
    !hasWindow(level.tree.sortClause) &&
    !returnsSet(core)
  );
}

/** Functions in the list that may return several rows each. */
function returnsSet({ tree }: Core): boolean {
  return /"(?:generate_series|unnest|generate_subscripts|json\w*_(?:each|elements|array_elements)\w*|jsonb?_object_keys|regexp_split_to_table|regexp_matches|string_to_table)"/.test(
    JSON.stringify(tree.targetList ?? []),
  );
}

/** Output name of each column of the list, with its expression; undefined where a star stands. */
export function targetsOf({ sql, core }: Place):
  | readonly {
      readonly name: string;
      readonly expression: Expression;
      readonly range: Range;
      readonly named: boolean;
    }[]
  | undefined {
  const found = core.targets.map((range, at) => {
    const node = core.tree.targetList?.[at];
    const target = node && 'ResTarget' in node ? node.ResTarget : undefined;
    if (!target?.val) return undefined;
    const text = sql.slice(range.from, range.to);
    if ('ColumnRef' in target.val && (target.val.ColumnRef.fields ?? []).some((one) => 'A_Star' in one))
      return undefined;
    const bare = target.name === undefined ? text : withoutName(text);
    const expression = expressionOf(bare);
    return (
      expression && {
        name: target.name ?? nameOf(target.val),
        expression,
        range: { from: range.from, to: range.from + bare.length },
        named: target.name !== undefined,
      }
    );
  });
  return found.every((one) => one !== undefined) ? found : undefined;
}

function withoutName(text: string): string {
  const tokens = tokensOf(text);
  const as = tokens.at(-2);
  const end = as?.kind === 'word' && as.text.toLowerCase() === 'as' ? tokens.length - 3 : tokens.length - 2;
  return text.slice(0, tokens[Math.max(0, end)]!.to);
}

/** The name that the server gives a column without one, where rules need it. */
function nameOf(node: Node): string {
  if ('ColumnRef' in node) {
    const last = node.ColumnRef.fields?.at(-1);
    return last && 'String' in last ? (last.String.sval ?? '') : '';
  }
  if ('FuncCall' in node) {
    const last = node.FuncCall.funcname?.at(-1);
    return last && 'String' in last ? (last.String.sval ?? '') : '';
  }
  if ('TypeCast' in node && node.TypeCast.arg) return nameOf(node.TypeCast.arg);
  if ('SubLink' in node) {
    if (node.SubLink.subLinkType === 'EXISTS_SUBLINK') return 'exists';
    const select = node.SubLink.subselect;
    const target = select && 'SelectStmt' in select ? select.SelectStmt.targetList?.[0] : undefined;
    return target && 'ResTarget' in target
      ? (target.ResTarget.name ?? (target.ResTarget.val ? nameOf(target.ResTarget.val) : '?column?'))
      : '?column?';
  }
  if ('CoalesceExpr' in node) return 'coalesce';
  return '?column?';
}

/** A name that nothing in the statement bears. */
export function freshName(sql: string, wish: string): string {
  const taken = new Set(tokensOf(sql).map(({ text }) => text.toLowerCase().replaceAll('"', '')));
  let name = wish;
  for (let n = 2; taken.has(name); n++) name = `${wish}_${n}`;
  return name;
}

/** Whether the statement begins with a word at a place: brackets and words of a range, lower case. */
export function wordsOf(sql: string, range: Range): readonly string[] {
  return within(tokensOf(sql), range).map(({ text }) => text.toLowerCase());
}

/** The subquery between the last two brackets of a range. */
export function queryAtEnd({ sql }: Pick<Place, 'sql'>, range: Range): Level | undefined {
  const tokens = within(tokensOf(sql), range);
  const last = tokens.at(-1);
  if (last?.text !== ')') return undefined;
  const open = tokens.findLastIndex(({ text, depth }) => text === '(' && depth === last.depth);
  const [first, end] = [tokens[open + 1], tokens.at(-2)];
  return first && end && levelsOf(sql).find(({ from, to }) => from === first.from && to === end.to);
}

/** WHERE of a core with brackets around it where OR would bind otherwise; undefined without one. */
export function whereText({ sql }: Pick<Place, 'sql'>, { where, tree }: Core): string | undefined {
  if (!where) return undefined;
  const text = sql.slice(where.from, where.to);
  const node = tree.whereClause;
  return node && 'BoolExpr' in node && node.BoolExpr.boolop === 'OR_EXPR' ? `(${text})` : text;
}

/** A query that is one SELECT from tables, and hands on each row once as it is found. */
export function isBare(level: Level): boolean {
  const [core] = level.cores;
  return (
    level.cores.length === 1 &&
    core?.tables !== undefined &&
    !core.distinct &&
    !core.group &&
    !core.having &&
    !core.window &&
    !level.limit &&
    !level.offset &&
    !level.lock &&
    !level.with
  );
}
