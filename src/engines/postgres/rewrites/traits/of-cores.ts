/** Habits of one SELECT. */
import type { Node } from 'libpg-query';
import type { Trait } from '../../../../engine/model.ts';
import { text, walk } from '../../grammar/tree.ts';
import { aggregatesIn, columnRefs, comparisonOf } from '../expression.ts';
import { conditionsOf } from '../looking.ts';
import type { Place } from '../place.ts';
import { keysOf, resolved } from '../sight.ts';

/** Tables that one SELECT joins, from which on the planner does not try every order. */
const manyJoins = 8;
/** Constants of one list. */
const longList = 50;

/** Habits that one SELECT shows by its clauses. */
export function coreTraits(place: Place): readonly Trait[] {
  return [...list(place), ...rows(place), ...joins(place), ...conditions(place)].map(
    (trait) => ({ rests: 'text', ...trait }) as const,
  );
}

type Told = Omit<Trait, 'rests'>;

/** The list, groups and orders. */
function list({ core, level }: Place): readonly Told[] {
  const found: Told[] = [];
  const { targetList = [], groupClause = [], fromClause = [] } = core.tree;
  if (!level.parent && targetList.some(isStar) && fromClause.length > 0)
    found.push({ kind: 'star', says: 'All columns are read, those that nobody asked for too.' });
  if (groupClause.some(isNumber))
    found.push({ kind: 'position', says: 'GROUP BY names columns by their place in the list.' });
  if (
    (level.tree.sortClause ?? []).some(
      (item) => 'SortBy' in item && item.SortBy.node && isNumber(item.SortBy.node),
    )
  )
    found.push({ kind: 'position', says: 'ORDER BY names columns by their place in the list.' });
  if (core.distinct && !core.distinct.on && core.group)
    found.push({
      kind: 'distinct with group',
      says: 'Groups differ already; DISTINCT compares them once more.',
    });
  return found;
}

function isStar(item: Node): boolean {
  const value = 'ResTarget' in item ? item.ResTarget.val : undefined;
  return (
    value !== undefined &&
    'ColumnRef' in value &&
    (value.ColumnRef.fields ?? []).some((field) => 'A_Star' in field)
  );
}

function isNumber(node: Node): boolean {
  return 'A_Const' in node && node.A_Const.ival !== undefined;
}

/** Which rows, and in which order. */
function rows(place: Place): readonly Told[] {
  const { core, level, catalog } = place;
  if (level.cores[0] !== core) return [];
  const found: Told[] = [];
  const { sortClause = [], limitCount, limitOffset, lockingClause = [], op } = level.tree;
  let random = false;
  walk(sortClause, (kind, node) => {
    if (kind === 'FuncCall' && text((node['funcname'] as Node[]).at(-1)) === 'random') random = true;
  });
  if (random) found.push({ kind: 'random order', says: 'Every row is read and sorted by a random number.' });
  const isNought = limitOffset && 'A_Const' in limitOffset && (limitOffset.A_Const.ival?.ival ?? 0) === 0;
  if (limitOffset && !isNought)
    found.push({ kind: 'offset', says: 'OFFSET reads all rows before the page and throws them away.' });
  const single = !core.group && aggregatesIn(core.tree.targetList, catalog).length > 0;
  const asked = core.tree.fromClause !== undefined && !isOneRow(place);
  if (limitCount && !level.order && !single && asked && !level.parent)
    found.push({
      kind: 'limit without order',
      says: 'Which rows LIMIT leaves is open: nothing orders them.',
    });
  const locks = lockingClause.flatMap((item) => ('LockingClause' in item ? item.LockingClause : []));
  if (
    locks.length > 0 &&
    limitCount &&
    locks.some(({ waitPolicy }) => waitPolicy === 'LockWaitBlock' || waitPolicy === undefined)
  )
    found.push({
      kind: 'queue without skip',
      says: 'Workers that take rows from a queue wait for each other: FOR UPDATE without SKIP LOCKED.',
    });
  if (op === 'SETOP_UNION' && !level.tree.all)
    found.push({ kind: 'union', says: 'UNION compares all rows to take copies away.' });
  return found;
}

/** A condition that only one row can fulfil needs no order. */
function isOneRow(place: Place): boolean {
  const [source] = place.sight.sources;
  if (place.sight.sources.length !== 1 || !source?.table) return false;
  const fixed = new Set(
    conditionsOf(place).flatMap((condition) => {
      const comparison = comparisonOf(condition);
      const node = comparison?.operator === '=' ? comparison.left.node : undefined;
      const seen = node && 'ColumnRef' in node ? resolved(node.ColumnRef, place.sight) : undefined;
      return seen ? [seen.name] : [];
    }),
  );
  return keysOf(source.table).some((key) => key.every((column) => fixed.has(column)));
}

function joins({ core, sight }: Place): readonly Told[] {
  const found: Told[] = [];
  const { fromClause = [], distinctClause, whereClause } = core.tree;
  const count = sight.sources.length;
  if (count >= manyJoins) found.push({ kind: 'joins', says: `${count} tables are joined in one SELECT.` });
  if (distinctClause && core.distinct && !core.distinct.on && count > 1 && !core.group)
    found.push({ kind: 'distinct over join', says: 'DISTINCT takes away copies that a join has made.' });
  if (
    fromClause.length > 1 &&
    fromClause.every((item) => 'RangeVar' in item) &&
    !connects(whereClause, sight)
  )
    found.push({
      kind: 'cross join',
      says: 'Tables stand beside each other and nothing connects them: every row meets every row.',
    });
  return found;
}

/** Whether a condition names columns of two tables, or columns whose tables are not known. */
function connects(where: Node | undefined, sight: Place['sight']): boolean {
  let found = false;
  walk([where], (kind, node) => {
    if (kind !== 'A_Expr') return;
    const seen = columnRefs([node]).map((reference) => {
      const owner =
        reference.fields && reference.fields.length > 1 ? text(reference.fields.at(-2)) : undefined;
      return resolved(reference, sight)?.source.called ?? owner ?? '?';
    });
    if (new Set(seen).size > 1 || seen.filter((one) => one === '?').length > 1) found = true;
  });
  return found;
}

function conditions({ core }: Place): readonly Told[] {
  const found: Told[] = [];
  walk([core.tree.whereClause], (kind, node) => {
    if (kind === 'SelectStmt') return false;
    if (kind !== 'A_Expr' || node['kind'] !== 'AEXPR_IN') return true;
    const right = node['rexpr'] as Node | undefined;
    const count = right && 'List' in right ? (right.List.items ?? []).length : 0;
    if (count >= longList)
      found.push({ kind: 'long list', says: `A list of ${count} values stands in the text.` });
    return true;
  });
  return found;
}
