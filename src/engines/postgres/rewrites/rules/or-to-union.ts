import type { Node } from 'libpg-query';
import { text as textOf } from '../../grammar/tree.ts';
import { quote } from '../../quote.ts';
import { aggregatesIn, columnRefs, hasWindow } from '../expression.ts';
import { conditionsOf, isPlain, targetsOf, type Condition } from '../looking.ts';
import { rangeEdited } from '../edits.ts';
import type { Found, Place, RewriteRule } from '../place.ts';
import { resolved } from '../sight.ts';
import { edited, partsOf, split, tokensOf, within, type Range } from '../text.ts';

/** Branches beyond this number make a statement that nobody reads. */
const mostBranches = 5;

/** OR over several columns or tables: one SELECT for each branch, each row in the first one that wants it. */
export const orToUnion: RewriteRule = {
  id: 'or-to-union',
  find: (place) => conditionsOf(place).flatMap((condition) => rewritten(condition, place) ?? []),
};

function rewritten(condition: Condition, place: Place): Found | undefined {
  const { sql, core, level } = place;
  if (!('BoolExpr' in condition.node) || condition.node.BoolExpr.boolop !== 'OR_EXPR') return undefined;
  const branches = partsOf(sql, condition, 'or').map(({ from, to }) => sql.slice(from, to));
  if (branches.length < 2 || branches.length > mostBranches || !differ(condition.node, place))
    return undefined;
  const whole = wholeRange(condition, sql);
  const cores = branches.map((branch, at) =>
    rangeEdited(sql, core, [
      {
        ...whole,
        text: [branch, ...branches.slice(0, at).map((earlier) => `(${earlier}) IS NOT TRUE`)].join(' AND '),
      },
    ]),
  );
  const because =
    'an OR over several columns or tables is answered row by row; each branch by itself can use an index, and the later ones leave out what the earlier ones found';
  if (isCount(place))
    return {
      edits: [
        {
          from: core.from,
          to: core.to,
          text: `SELECT ${cores.map((one) => `(${one})`).join(' + ')} AS ${quote.identifier(countName(place))}`,
        },
      ],
      because,
    };
  if (!isPlain(place)) return undefined;
  const order = orderOf(place);
  if (order === undefined) return undefined;
  const rest = [order, clauseText(sql, level.limit), clauseText(sql, level.offset)].filter(
    (one) => one !== '',
  );
  // The first rows of the whole are among the first rows of each branch.
  const own = level.limit && !level.offset ? edited(sql.slice(core.to, level.to), []).trim() : '';
  const separate = own === '' ? cores : cores.map((one) => `(${one} ${own})`);
  return {
    edits: [
      {
        from: core.from,
        to: level.to,
        text: `${separate.join('\nUNION ALL\n')}${rest.length > 0 ? `\n${rest.join(' ')}` : ''}`,
      },
    ],
    because,
  };
}

/** The condition with the brackets around it. */
function wholeRange(condition: Range, sql: string): Range {
  const tokens = tokensOf(sql);
  let { from, to } = condition;
  for (;;) {
    const open = tokens.findLast((one) => one.to <= from);
    const close = tokens.find((one) => one.from >= to);
    const callee = open && tokens.findLast((one) => one.to <= open.from);
    if (
      open?.text !== '(' ||
      close?.text !== ')' ||
      (callee?.kind === 'word' &&
        callee.text.toLowerCase() !== 'and' &&
        callee.text.toLowerCase() !== 'where')
    )
      return { from, to };
    from = open.from;
    to = close.to;
  }
}

/** Whether the branches ask for different columns, so that one index cannot answer them together. */
function differ(node: Node, { sight }: Place): boolean {
  const branches = 'BoolExpr' in node ? (node.BoolExpr.args ?? []) : [];
  const columns = branches.map((branch) =>
    columnRefs(branch).map((reference) => {
      const seen = resolved(reference, sight);
      return seen && !seen.correlated ? `${seen.source.called} ${seen.name}` : undefined;
    }),
  );
  if (columns.some((one) => one.includes(undefined))) return false;
  return (
    new Set(columns.map((one) => [...new Set(one)].toSorted((a, b) => (a! < b! ? -1 : 1)).join(','))).size > 1
  );
}

function isCount({ core, level, catalog }: Place): boolean {
  const [target] = core.tree.targetList ?? [];
  const value = target && 'ResTarget' in target ? target.ResTarget.val : undefined;
  return (
    core.targets.length === 1 &&
    value !== undefined &&
    'FuncCall' in value &&
    value.FuncCall.agg_star === true &&
    !value.FuncCall.over &&
    !value.FuncCall.agg_filter &&
    aggregatesIn(value, catalog)[0] === 'count' &&
    level.cores.length === 1 &&
    !core.group &&
    !core.having &&
    !core.distinct &&
    !level.order &&
    !level.limit &&
    !level.offset &&
    !level.lock &&
    !hasWindow(core.tree.targetList)
  );
}

function countName({ core }: Place): string {
  const [target] = core.tree.targetList ?? [];
  return (target && 'ResTarget' in target ? target.ResTarget.name : undefined) ?? 'count';
}

function clauseText(
  sql: string,
  clause: { readonly start: number; readonly to: number } | undefined,
): string {
  return clause ? sql.slice(clause.start, clause.to) : '';
}

/** ORDER BY in names of the result, which is all that a union can be ordered by; '' without one, undefined where it cannot be said. */
function orderOf(place: Place): string | undefined {
  const { sql, level } = place;
  if (!level.order) return '';
  const targets = targetsOf(place);
  const items = split(
    within(tokensOf(sql), level.order),
    within(tokensOf(sql), level.order)[0]!.depth,
    ({ text }) => text === ',',
  );
  const nodes = level.tree.sortClause ?? [];
  const said = items.map((range, at) => {
    const node = nodes[at];
    const key = node && 'SortBy' in node ? node.SortBy.node : undefined;
    if (!key) return undefined;
    const whole = sql.slice(range.from, range.to);
    if ('A_Const' in key) return whole;
    if (!('ColumnRef' in key)) return undefined;
    const name = textOf(key.ColumnRef.fields?.at(-1));
    const seen = resolved(key.ColumnRef, place.sight);
    const own = targets?.find(({ expression, named, name: called }) => {
      if (key.ColumnRef.fields?.length === 1 && called === name && named) return true;
      const column =
        'ColumnRef' in expression.node ? resolved(expression.node.ColumnRef, place.sight) : undefined;
      return column && seen && column.source === seen.source && column.name === seen.name;
    });
    const star = targets === undefined && place.sight.sources.length === 1 ? name : undefined;
    const output = own?.name ?? star;
    if (output === undefined || name === undefined) return undefined;
    const after = within(tokensOf(sql), range).find(
      ({ kind, text }) => kind === 'word' && /^(?:asc|desc|nulls|using)$/i.test(text),
    );
    return `${quote.identifier(output)}${after ? ` ${sql.slice(after.from, range.to)}` : ''}`;
  });
  return said.every((one) => one !== undefined) ? `ORDER BY ${said.join(', ')}` : undefined;
}
