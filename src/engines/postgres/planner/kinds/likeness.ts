import type { Table } from '../../../../catalog/model.ts';
import type { OfColumn } from './defaults.ts';

/** 0 to 1: the share of pairs of letters that two names have in common (Dice's coefficient). */
export function nameLikeness(one: string, other: string): number {
  if (one === other) return 1;
  const pairs = (name: string): string[] =>
    Array.from({ length: Math.max(0, name.length - 1) }, (_none, at) => name.slice(at, at + 2).toLowerCase());
  const left = pairs(one);
  const rest = pairs(other);
  const total = left.length + rest.length;
  let shared = 0;
  for (const pair of left) {
    const at = rest.indexOf(pair);
    if (at < 0) continue;
    rest.splice(at, 1);
    shared += 1;
  }
  return total === 0 ? 0 : (2 * shared) / total;
}

/** How alike two columns of one table are apart from their names; columns of different types are not. */
export function columnLikeness(before: OfColumn, after: OfColumn): number {
  const [was, is] = [before.column, after.column];
  if (was.type !== is.type || (was.generated === undefined) !== (is.generated === undefined)) return 0;
  if (was.generated) return was.generated.expression === is.generated?.expression ? 1 : 0;
  if (was.identity !== is.identity) return 0;
  const place = (of: OfColumn): string =>
    `${of.table.columns[of.column.position - 2]?.name ?? ''}/${of.table.columns[of.column.position]?.name ?? ''}`;
  const facts: readonly (readonly [boolean, number])[] = [
    [was.notNull === is.notNull, 0.2],
    [bare(was.default) === bare(is.default), 0.2],
    [was.position === is.position || place(before) === place(after), 0.25],
    [was.comment === is.comment, 0.05],
  ];
  const alike = facts.reduce((sum, [same, weight]) => sum + (same ? weight : 0), 0);
  return alike + 0.3 * nameLikeness(was.name, is.name);
}

/** A serial column's default names a sequence that is called after the column. */
function bare(value: string | undefined): string | undefined {
  return value?.startsWith('nextval(') ? 'nextval' : value;
}

/** How alike two tables are: the share of columns, by name and type, that they have in common, and a little their names. */
export function tableLikeness(before: Table, after: Table): number {
  if (before.kind !== after.kind || before.partitionKey !== after.partitionKey) return 0;
  const was = new Set(before.columns.map(({ name, type }) => `${name} ${type}`));
  const shared = after.columns.filter(({ name, type }) => was.has(`${name} ${type}`)).length;
  const total = before.columns.length + after.columns.length;
  const columns = total === 0 ? 1 : (2 * shared) / total;
  // Two tables of an id and a date are not one because of that.
  if (columns < 0.6 || (shared < 3 && columns < 1)) return 0;
  return 0.75 * columns + 0.25 * nameLikeness(before.name, after.name);
}
