/** What names mean at one level of a query. */
import type { ColumnRef, Node, RangeVar } from 'libpg-query';
import type { Catalog, Column, Table } from '../../../catalog/model.ts';
import { words } from '../grammar/tree.ts';
import type { Core, Level } from './levels.ts';
import { walk } from '../grammar/tree.ts';

/** An item of FROM. */
export interface Source {
  /** Name the query uses. */
  readonly called: string;
  /** A table that the catalog has; undefined for views, WITH queries, subqueries, functions. */
  readonly table?: Table;
  /** Names of its columns, where they are known. */
  readonly columns?: readonly string[];
  /** An outer join may fill its columns with nulls. */
  readonly outer: boolean;
}

export interface Sight {
  readonly sources: readonly Source[];
  readonly outer?: Sight;
}

/** A column as it was resolved. */
export interface Seen {
  readonly source: Source;
  readonly column: Column | undefined;
  readonly name: string;
  /** It belongs to a query around this one. */
  readonly correlated: boolean;
}

/** What one SELECT sees. */
export function sightOf(core: Core, level: Level, catalog: Catalog): Sight {
  const names = withNames(level);
  const parent = level.parent;
  const around =
    parent &&
    (parent.cores.find((one) => one.from <= level.from && level.to <= one.to) ?? parent.cores.at(-1)!);
  return {
    sources: (core.tree.fromClause ?? []).flatMap((item) => sourcesOf(item, catalog, names, false)),
    ...(parent && around ? { outer: sightOf(around, parent, catalog) } : {}),
  };
}

function withNames(level: Level | undefined): ReadonlySet<string> {
  const names = new Set<string>();
  for (let one = level; one; one = one.parent)
    walk([one.tree.withClause], (kind, node) => {
      if (kind === 'CommonTableExpr') names.add(String(node['ctename']));
    });
  return names;
}

/** Items of FROM below one node. */
export function sourcesOf(
  item: Node,
  catalog: Catalog,
  withs: ReadonlySet<string>,
  outer: boolean,
): readonly Source[] {
  if ('RangeVar' in item) return [relationOf(item.RangeVar, catalog, withs, outer)];
  if ('JoinExpr' in item) {
    const { jointype, larg, rarg } = item.JoinExpr;
    const left = jointype === 'JOIN_RIGHT' || jointype === 'JOIN_FULL';
    const right = jointype === 'JOIN_LEFT' || jointype === 'JOIN_FULL';
    return [
      ...(larg ? sourcesOf(larg, catalog, withs, outer || left) : []),
      ...(rarg ? sourcesOf(rarg, catalog, withs, outer || right) : []),
    ];
  }
  const called =
    'RangeSubselect' in item
      ? item.RangeSubselect.alias?.aliasname
      : 'RangeFunction' in item
        ? item.RangeFunction.alias?.aliasname
        : undefined;
  return [{ called: called ?? '', outer }];
}

function relationOf(
  { relname = '', schemaname, alias }: RangeVar,
  catalog: Catalog,
  withs: ReadonlySet<string>,
  outer: boolean,
): Source {
  const called = alias?.aliasname ?? relname;
  if ((!schemaname && withs.has(relname)) || (alias?.colnames ?? []).length > 0) return { called, outer };
  const fits = <T extends { readonly schema: string; readonly name: string }>(
    all: readonly T[],
  ): T | undefined => {
    const same = all.filter((one) => one.name === relname && (!schemaname || one.schema === schemaname));
    return same.find(({ schema }) => schema === 'public') ?? same[0];
  };
  const table = fits(catalog.tables);
  if (table) return { called, table, columns: table.columns.map(({ name }) => name), outer };
  const view = fits(catalog.views);
  return { called, outer, ...(view ? { columns: view.columns.map(({ name }) => name) } : {}) };
}

/** The column that a reference means; undefined when the catalog cannot tell for sure, or the reference is to a whole row. */
export function resolved(reference: ColumnRef, sight: Sight, correlated = false): Seen | undefined {
  const parts = words(reference.fields);
  if ((reference.fields ?? []).some((node) => 'A_Star' in node)) return undefined;
  const name = parts.at(-1);
  const owner = parts.at(-2);
  if (name === undefined || parts.length > 3) return undefined;
  const seen = (source: Source): Seen => ({
    source,
    column: source.table?.columns.find((column) => column.name === name),
    name,
    correlated,
  });
  if (owner !== undefined) {
    const source = sight.sources.find(({ called }) => called === owner);
    if (source) return seen(source);
    return sight.outer && resolved(reference, sight.outer, true);
  }
  const having = sight.sources.filter(({ columns }) => columns?.includes(name));
  const unknown = sight.sources.some(({ columns }) => columns === undefined);
  if (having.length === 1 && !unknown) return seen(having[0]!);
  if (having.length === 0 && !unknown) return sight.outer && resolved(reference, sight.outer, true);
  return sight.sources.length === 1 && having.length === 0 ? seen(sight.sources[0]!) : undefined;
}

/** A column that is never null at this level. */
export function neverNull(seen: Seen | undefined): boolean {
  return seen?.column?.notNull === true && !seen.source.outer;
}

/** Unique keys over plain columns that are never null; those that hold for some rows only or at the end of a transaction are left out. */
export function keysOf(table: Table): readonly (readonly string[])[] {
  const notNull = new Set(table.columns.filter((column) => column.notNull).map(({ name }) => name));
  const deferrable = new Set(table.constraints.filter((one) => one.deferrable).map(({ name }) => name));
  return table.indexes
    .filter(
      ({ unique, valid, predicate, keys, constraint }) =>
        unique &&
        valid &&
        predicate === undefined &&
        !deferrable.has(constraint ?? '') &&
        keys.every((key) => notNull.has(key)),
    )
    .toSorted((a, b) => Number(b.primary) - Number(a.primary))
    .map(({ keys }) => keys);
}
