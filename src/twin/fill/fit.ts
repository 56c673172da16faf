/** Values chosen row by row: the first of several that the conditions accept beside the row's other values. */
import { nothing } from './columns.ts';
import { hintsOf, type Condition } from './conditions.ts';
import type { ColumnPlan, PlanContext, RowMake, TablePlan } from './plan.ts';

/** Ways of a column's own that are tried for each row. */
const mostOwn = 12;
/** Literals, and whole numbers in a row, that are tried for each row. */
const mostLiterals = 12;
const mostNumbers = 200;

/** The first value among a column's own, those that its conditions compute, those they list, and none, with which all its conditions hold for the row. */
export function firstFit(plan: TablePlan, column: ColumnPlan, context: PlanContext): RowMake | undefined {
  const { quote } = context.engine;
  const conditions = plan.conditions.filter((condition) => condition.columns.includes(column.name));
  const own = (column.plain ?? column.candidates).slice(0, mostOwn);
  if (conditions.length === 0 || own.length === 0) return undefined;
  const type = column.fact.type;
  const name = quote.identifier(column.name);
  const hints = hintsOf(column.name, plan.conditions);
  const partners = [...new Set(conditions.flatMap((condition) => condition.columns))].filter(
    (other) => other !== column.name,
  );
  const listed = column.fixed ? [] : literals(column, hints.literals, context);
  const computed = column.fixed ? [] : conditions.flatMap((condition) => computedBy(condition, name));
  const whole = !column.fixed && column.fact.family === 'integer' ? hints.numbers : [];
  return (n, other) => {
    const rest = partners.map((partner) => `${other(partner)} AS ${quote.identifier(partner)}`);
    const made = own.map((make, i) => `(${make(n, other)})::${type} AS dbd_${i}`);
    const turn = context.engine.fill.spread(n, context.seed, Math.max(1, listed.length));
    const values = [
      `(0::bigint, dbd_0)`,
      ...computed.flatMap((expression, i) =>
        steps(column, `(${expression})`).map((text, j) => `(${10 + i * 10 + j}::bigint, ${text}::${type})`),
      ),
      ...listed.map((text, i) => `(200 + (${i} + dbd_turn) % ${listed.length}, ${text})`),
      ...(column.nullable ? [`(300::bigint, ${nothing(column)('', () => '')})`] : []),
      ...own.slice(1).map((_, i) => `(${400 + i}::bigint, dbd_${i + 1})`),
    ];
    const row = `(SELECT ${[...rest, ...made, `${turn} AS dbd_turn`].join(', ')}) AS dbd_o`;
    const tests = conditions.map((condition) => `coalesce((${condition.predicate}), true)`);
    const first = (list: string): string =>
      `(SELECT dbd_v.${name} FROM ${row} CROSS JOIN LATERAL (${list}) AS dbd_v(dbd_i, ${name})${derived(plan, conditions)} WHERE ${tests.join(' AND ')} ORDER BY dbd_i LIMIT 1)`;
    const found = first(`VALUES ${values.join(', ')}`);
    if (whole.length === 0) return found;
    // Numbers one by one are many: they are looked at only for rows that nothing else fits.
    const [low, high] = [Math.min(...whole), Math.max(...whole)];
    const count = Math.min(mostNumbers, Math.max(10, high - low + 2));
    const series = `SELECT dbd_k, (${low - 1} + dbd_k)::${type} FROM generate_series(0, ${count}) AS s(dbd_k)`;
    return `coalesce(${found}, ${first(series)})`;
  };
}

/** Generated columns that conditions mention, as a further part of a FROM list over the columns they come from. */
export function derived(plan: TablePlan, conditions: readonly Condition[]): string {
  const made = conditions.flatMap((condition) => condition.derived);
  const unique = [...new Map(made.map((one) => [one.name, one])).values()];
  return unique.length === 0
    ? ''
    : ` CROSS JOIN LATERAL (SELECT ${unique.map((one) => `(${one.expression})::${one.type} AS ${one.name}`).join(', ')}) AS dbd_g`;
}

function literals(column: ColumnPlan, found: readonly string[], context: PlanContext): readonly string[] {
  const { fact } = column;
  if (fact.family === 'boolean') return [`true::${fact.type}`, `false::${fact.type}`];
  if (fact.family !== 'text' && fact.family !== 'enum') return [];
  const list = fact.family === 'enum' ? fact.labels : found;
  return list.slice(0, mostLiterals).map((text) => `${context.engine.quote.literal(text)}::${fact.type}`);
}

/** What a comparison compares the column with: `net + tax` of `total = net + tax`. */
function computedBy(condition: Condition, name: string): readonly string[] {
  const parts = conjuncts(condition.predicate);
  return parts.flatMap((part) => {
    const sides = comparison(part);
    if (!sides || sides.some((side) => /^(?:ANY|ALL|SOME)\b/.test(side))) return [];
    const [left, right] = sides.map((side) => bare(side));
    return left === name && right !== undefined ? [sides[1]] : right === name ? [sides[0]] : [];
  });
}

function steps(column: ColumnPlan, expression: string): readonly string[] {
  return column.fact.family === 'integer' || column.fact.family === 'number'
    ? [expression, `(${expression} + 1)`, `(${expression} - 1)`]
    : [expression];
}

function bare(text: string): string {
  let inner = text.trim();
  while (enclosed(inner)) inner = inner.slice(1, -1).trim();
  return inner.replace(/^\((.*)\)::[\w ]+(?:\([\d,]+\))?$/, '$1').replace(/::[\w ]+(?:\([\d,]+\))?$/, '');
}

/** One pair of parentheses holds the whole text. */
function enclosed(text: string): boolean {
  if (!text.startsWith('(') || !text.endsWith(')')) return false;
  let depth = 0;
  for (const [i, part] of tokens(text)) {
    if (part === '(') depth += 1;
    if (part === ')') depth -= 1;
    if (depth === 0 && i < text.length - 1) return false;
  }
  return true;
}

/** Parts of a condition that AND joins at its top. */
function conjuncts(predicate: string): readonly string[] {
  let inner = predicate.trim();
  while (enclosed(inner)) inner = inner.slice(1, -1).trim();
  const cuts = topLevel(inner, / AND /y);
  return cuts.length === 0 ? [inner] : pieces(inner, cuts).flatMap((part) => conjuncts(part));
}

function comparison(text: string): readonly [string, string] | undefined {
  const [cut, ...more] = topLevel(text, / (?:<=|>=|<|>|=) /y);
  if (!cut || more.length > 0) return undefined;
  const [left, right] = pieces(text, [cut]);
  return [left!, right!];
}

type Cut = readonly [number, number];

function topLevel(text: string, pattern: RegExp): readonly Cut[] {
  const cuts: Cut[] = [];
  let depth = 0;
  for (const [i, part] of tokens(text)) {
    if (part === '(') depth += 1;
    if (part === ')') depth -= 1;
    if (depth > 0 || part !== ' ') continue;
    pattern.lastIndex = i;
    const found = pattern.exec(text);
    if (found) cuts.push([i, i + found[0].length]);
  }
  return cuts;
}

function pieces(text: string, cuts: readonly Cut[]): readonly string[] {
  const ends = [...cuts, [text.length, text.length] as const];
  return ends.map(([end], i) => text.slice(i === 0 ? 0 : cuts[i - 1]![1], end));
}

/** Characters outside of quotes with their places. */
function* tokens(text: string): Generator<readonly [number, string]> {
  let quoted: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (quoted !== undefined) {
      if (character === quoted) quoted = undefined;
      continue;
    }
    if (character === "'" || character === '"') quoted = character;
    else yield [i, character];
  }
}
