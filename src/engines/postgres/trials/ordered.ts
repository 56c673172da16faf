/** Whether ORDER BY gives every row its place. */
import type { ColumnRef, Node, RangeVar, ResTarget, SelectStmt, SortBy } from 'libpg-query';
import type { Catalog, Table } from '../../../catalog/model.ts';
import { nameOf, words } from '../grammar/tree.ts';

type Kind = 'total' | 'partial' | 'none';

/** `total` only where it follows from the text and the keys of the tables; a doubt counts as partial. */
export function orderOf(select: SelectStmt, catalog: Catalog): Kind {
  const sorts = (select.sortClause ?? []).flatMap((item) => ('SortBy' in item ? [item.SortBy] : []));
  if (sorts.length === 0) return 'none';
  const targets = (select.targetList ?? []).flatMap((item) => ('ResTarget' in item ? [item.ResTarget] : []));
  const keys = sorts.map((sort) => meaning(sort, targets));
  // Rows that agree in every output column are the same to the caller.
  if (targets.length > 0 && targets.every((target) => !isStar(target) && keys.includes(textOf(target.val))))
    return 'total';
  const groups = select.groupClause ?? [];
  if (groups.length > 0) return groups.every((group) => keys.includes(textOf(group))) ? 'total' : 'partial';
  const sources = sourcesOf(select.fromClause ?? []);
  const total =
    sources !== undefined &&
    sources.length > 0 &&
    sources.every((source) => hasKey(source, sorts, sources.length, targets, catalog));
  return total ? 'total' : 'partial';
}

/** Base tables of a FROM list; undefined when there is anything else in it. */
function sourcesOf(from: readonly Node[]): readonly RangeVar[] | undefined {
  const found: RangeVar[] = [];
  for (const item of from) {
    if ('RangeVar' in item) found.push(item.RangeVar);
    else if ('JoinExpr' in item) {
      const { larg, rarg } = item.JoinExpr;
      const inner = sourcesOf([larg, rarg].filter((node) => node !== undefined));
      if (!inner) return undefined;
      found.push(...inner);
    } else return undefined;
  }
  return found;
}

/** Sorted by all columns of a unique key without nulls. */
function hasKey(
  source: RangeVar,
  sorts: readonly SortBy[],
  sources: number,
  targets: readonly ResTarget[],
  catalog: Catalog,
): boolean {
  const name = nameOf(source);
  const tables = catalog.tables.filter(
    (table) => table.name === name.name && (name.schema === '' || table.schema === name.schema),
  );
  if (tables.length !== 1) return false;
  const called = source.alias?.aliasname ?? name.name;
  const columns = new Set(
    sorts.flatMap((sort) => {
      const reference = columnOf(resolved(sort.node, targets));
      const parts = reference ? words(reference.fields) : [];
      const own = parts.length === 1 ? sources === 1 : parts.at(-2) === called;
      return own && parts.length > 0 ? [parts.at(-1)!] : [];
    }),
  );
  return keysOf(tables[0]!).some((key) => key.length > 0 && key.every((column) => columns.has(column)));
}

function keysOf(table: Table): readonly (readonly string[])[] {
  const required = new Set(table.columns.filter(({ notNull }) => notNull).map(({ name }) => name));
  const plain = new Set(table.columns.map(({ name }) => name));
  return [
    ...table.constraints
      .filter(({ kind }) => kind === 'primary' || kind === 'unique')
      .map(({ columns }) => columns),
    ...table.indexes
      .filter(({ unique, valid, predicate }) => unique && valid && predicate === undefined)
      .map(({ keys }) => keys.filter((key) => plain.has(key))),
  ].filter((key) => key.every((column) => required.has(column)));
}

/** What a sort key means: an output by its number or name, else the expression itself. */
function meaning(sort: SortBy, targets: readonly ResTarget[]): string {
  return textOf(resolved(sort.node, targets));
}

function resolved(node: Node | undefined, targets: readonly ResTarget[]): Node | undefined {
  if (node && 'A_Const' in node && node.A_Const.ival)
    return targets[(node.A_Const.ival.ival ?? 0) - 1]?.val ?? node;
  const parts = words(columnOf(node)?.fields);
  const named = parts.length === 1 ? targets.find((target) => target.name === parts[0]) : undefined;
  return named?.val ?? node;
}

function columnOf(node: Node | undefined): ColumnRef | undefined {
  return node && 'ColumnRef' in node ? node.ColumnRef : undefined;
}

function isStar(target: ResTarget): boolean {
  return (columnOf(target.val)?.fields ?? []).some((field: Node) => 'A_Star' in field);
}

/** A tree without its places in the text. */
function textOf(node: Node | undefined): string {
  return JSON.stringify(node, (key, value: unknown) => (key === 'location' ? undefined : value)) ?? '';
}
