import type { Node } from 'libpg-query';
import { text } from '../../grammar/tree.ts';
import { isBare, whereText } from '../looking.ts';
import type { Found, Place, RewriteRule } from '../place.ts';
import { neverNull, resolved, sightOf } from '../sight.ts';
import { levelsOf, type Level } from '../levels.ts';
import { tokensOf, type Range } from '../text.ts';

const because = 'counting reads every row that fits, EXISTS stops at the first one';

/** `(SELECT count(*) …) > 0` and its kin ask whether there is a row. */
export const countToExists: RewriteRule = {
  id: 'count-to-exists',
  find: (place) => [...inside(place), ...asResult(place)],
};

interface Asked {
  readonly level: Level;
  readonly range: Range;
  readonly exists: boolean;
}

function inside(place: Place): readonly Found[] {
  return comparisons(place).flatMap(({ level, range, exists }) => {
    const question = questionOf(place, level);
    return question === undefined
      ? []
      : { edits: [{ ...range, text: `${exists ? '' : 'NOT '}EXISTS (${question})` }], because };
  });
}

/** Comparisons of a counting subquery with nought or one, found in the text. */
function comparisons(place: Place): readonly Asked[] {
  const { sql, core } = place;
  const tokens = tokensOf(sql);
  return levelsOf(sql).flatMap((level): readonly Asked[] => {
    if (level.from <= core.from || level.to >= core.to || level.parent?.from !== place.level.from) return [];
    const open = tokens.findLastIndex(({ to }) => to <= level.from);
    const close = tokens.findIndex(({ from }) => from >= level.to);
    const [operator, number] = [tokens[close + 1], tokens[close + 2]];
    const pair = tokens[close + 2];
    if (tokens[open]?.text !== '(' || tokens[close]?.text !== ')' || !operator) return [];
    const two =
      pair?.from === operator.to && /^[=>]$/.test(pair.text) ? `${operator.text}${pair.text}` : operator.text;
    const value = two.length === 2 ? tokens[close + 3] : number;
    const after = two.length === 2 ? tokens[close + 4] : tokens[close + 3];
    if (!value || /^(?:[-+*/%|:.[]|::)/.test(after?.text ?? '')) return [];
    const before = tokens[open - 1];
    if (
      before &&
      (before.kind === 'word'
        ? /^(?:exists|in|any|all|some|array|lateral)$/i.test(before.text)
        : /^[-+*/%|=<>]$/.test(before.text))
    )
      return [];
    const found = meaning(two, value.text);
    return found === undefined
      ? []
      : [{ level, range: { from: tokens[open]!.from, to: value.to }, exists: found }];
  });
}

function meaning(operator: string, value: string): boolean | undefined {
  if (['> 0', '>= 1', '<> 0', '!= 0'].includes(`${operator} ${value}`)) return true;
  return ['= 0', '< 1', '<= 0'].includes(`${operator} ${value}`) ? false : undefined;
}

/** `SELECT count(*) > 0 FROM …` as the whole query. */
function asResult(place: Place): readonly Found[] {
  const { core, level, sql } = place;
  const [target] = core.targets;
  if (!target || core.targets.length > 1 || level.order || level.limit || level.offset) return [];
  const text0 = sql.slice(target.from, target.to);
  const found = /^count\s*\(\s*\*\s*\)\s*(>=?|<>|!=|=|<=?)\s*(\d+)(?:\s+as\s+("[^"]+"|\w+))?$/i.exec(text0);
  const yes = found && meaning(found[1]!, found[2]!);
  if (yes === undefined || yes === null || core.group || core.having || core.distinct || !core.tables)
    return [];
  const rest = sql.slice(core.tables.start, core.to);
  const made = `SELECT ${yes ? '' : 'NOT '}EXISTS (SELECT 1 ${rest}) AS ${found![3] ?? '"?column?"'}`;
  return [{ edits: [{ from: core.from, to: core.to, text: made }], because }];
}

function questionOf(place: Place, level: Level): string | undefined {
  const core = level.cores[0]!;
  if (!isBare(level) || level.order) return undefined;
  const argument = countedOf(core.tree.targetList);
  if (argument === undefined || core.targets.length !== 1) return undefined;
  const sight = sightOf(core, level, place.catalog);
  const from = place.sql.slice(core.tables!.from, core.tables!.to);
  const conditions = [whereText(place, core)];
  if (argument !== '*') {
    const seen = 'ColumnRef' in argument ? resolved(argument.ColumnRef, sight) : undefined;
    if (!seen) return undefined;
    const target = core.targets[0]!;
    const name = /\(\s*([^()]+?)\s*\)$/.exec(place.sql.slice(target.from, target.to))?.[1];
    if (name === undefined) return undefined;
    if (!neverNull(seen)) conditions.push(`${name} IS NOT NULL`);
  }
  const all = conditions.filter((one) => one !== undefined);
  return `SELECT 1 FROM ${from}${all.length > 0 ? ` WHERE ${all.join(' AND ')}` : ''}`;
}

/** What `count` counts: `*`, or its argument; undefined when the column is something else. */
function countedOf(targets: readonly Node[] | undefined): '*' | Node | undefined {
  const [target] = targets ?? [];
  const value = target && 'ResTarget' in target ? target.ResTarget.val : undefined;
  if (!value || !('FuncCall' in value)) return undefined;
  const { funcname, args = [], agg_star, agg_filter, agg_distinct, over } = value.FuncCall;
  if (text(funcname?.at(-1)) !== 'count' || agg_filter || agg_distinct || over) return undefined;
  return agg_star ? '*' : args[0];
}
