import type { Node } from 'libpg-query';
import { aggregatesIn, expressionOf, isVolatile, type Expression } from '../expression.ts';
import {
  columnOf,
  conditionsOf,
  freshName,
  isBare,
  qualifiedName,
  queryAtEnd,
  whereText,
  type Condition,
} from '../looking.ts';
import type { Found, Place, RewriteRule } from '../place.ts';
import { neverNull, resolved, sightOf, type Seen } from '../sight.ts';
import { type Level } from '../levels.ts';
import { tokensOf } from '../text.ts';

/** `x NOT IN (SELECT y …)`: a null among y, or x being null, is asked for by itself, so that the rest is an anti-join. */
export const notInToNotExists: RewriteRule = {
  id: 'not-in-to-not-exists',
  find: (place) => conditionsOf(place).flatMap((condition) => rewritten(condition, place) ?? []),
};

function rewritten(condition: Condition, place: Place): Found | undefined {
  const level = isNotIn(condition) ? queryAtEnd(place, condition) : undefined;
  const tested = testedOf(condition, place);
  if (!level || !tested || isVolatile(level.tree, place.catalog)) return undefined;
  const value = qualifiedName(tested);
  const query = questionOf(place, level, tested.source.called);
  const valueNeverNull = neverNull(tested);
  const text = [
    ...(valueNeverNull ? [] : [`(${value} IS NOT NULL OR ${query.none()})`]),
    query.none((column) => `${column} = ${value}`),
    ...(query.neverNull ? [] : [query.none((column) => `${column} IS NULL`)]),
  ].join(' AND ');
  const sure = valueNeverNull && query.neverNull;
  return {
    edits: [{ from: condition.from, to: condition.to, text }],
    because: `NOT IN holds every row against the whole list because of what a null in it would mean; NOT EXISTS is an anti-join, ${sure ? 'and no null can be here' : 'and nulls are asked for by themselves'}`,
    ...(sure ? { provided: [`${value} and ${query.column} are declared NOT NULL`] } : {}),
  };
}

interface Question {
  readonly column: string;
  readonly neverNull: boolean;
  /** Says that the subquery has no row of which this is true. */
  none(test?: (column: string) => string): string;
}

/** The subquery itself where a condition can be added to it, else around it. */
function questionOf(place: Place, level: Level, outerAlias: string): Question {
  const core = level.cores[0]!;
  const [target] = core.tree.targetList ?? [];
  const column = target && 'ResTarget' in target ? target.ResTarget.val : undefined;
  const sight = sightOf(core, level, place.catalog);
  const seen =
    isBare(level) && column && 'ColumnRef' in column && aggregatesIn([column], place.catalog).length === 0
      ? resolved(column.ColumnRef, sight)
      : undefined;
  if (seen && !seen.correlated && sight.sources.every(({ called }) => called !== outerAlias)) {
    const name = qualifiedName(seen);
    const from = place.sql.slice(core.tables!.from, core.tables!.to);
    return {
      column: name,
      neverNull: neverNull(seen),
      none: (test) => {
        const all = [whereText(place, core), test?.(name)].filter((one) => one !== undefined);
        return `NOT EXISTS (SELECT 1 FROM ${from}${all.length > 0 ? ` WHERE ${all.join(' AND ')}` : ''})`;
      },
    };
  }
  const name = freshName(place.sql, 'excluded');
  const query = place.sql.slice(level.from, level.to);
  return {
    column: `${name}.value`,
    neverNull: false,
    none: (test) =>
      `NOT EXISTS (SELECT 1 FROM (${query}) AS ${name}(value)${test ? ` WHERE ${test(`${name}.value`)}` : ''})`,
  };
}

function isNotIn({ node }: Expression): boolean {
  if (!('BoolExpr' in node) || node.BoolExpr.boolop !== 'NOT_EXPR') return false;
  const inner: Node | undefined = node.BoolExpr.args?.[0];
  return (
    inner !== undefined &&
    'SubLink' in inner &&
    inner.SubLink.subLinkType === 'ANY_SUBLINK' &&
    (inner.SubLink.operName ?? []).length === 0
  );
}

/** The column that is looked for; nothing else is, so that it can be named inside a subquery. */
function testedOf(condition: Condition, place: Place): Seen | undefined {
  const tokens = tokensOf(condition.sql).filter(({ depth }) => depth === 0);
  const at = tokens.findIndex(({ kind, text }) => kind === 'word' && text.toLowerCase() === 'in');
  const before = tokens.slice(0, Math.max(0, at)).filter(({ text }) => text.toLowerCase() !== 'not');
  const [first, last] = [before[0], before.at(-1)];
  const left = first && last && expressionOf(condition.sql.slice(first.from, last.to));
  return left && columnOf(left, place);
}
