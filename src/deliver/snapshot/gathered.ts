/** Partitions told with the table that they are parts of: hundreds of equal rows tell nobody anything. */
import { keyOf, sameName } from '../../catalog/identity.ts';
import type { Catalog, Name } from '../../catalog/model.ts';
import type { InsideColumn } from '../../snapshot/mask/inside.ts';
import type { IndexUse, TableFigures } from './figures.ts';

/** The outermost table or index that a part belongs to; itself when it is no part. */
export type RootOf = (name: Name) => Name;

/** Roots of partitions and of their indexes. */
export function rootsOf(catalog: Catalog): RootOf {
  const parents = new Map<string, Name>();
  for (const table of catalog.tables) {
    if (table.partitionOf) parents.set(keyOf(table), table.partitionOf);
    for (const index of table.indexes) if (index.partOf) parents.set(keyOf(index), index.partOf);
  }
  return (name) => {
    let root = name;
    // A circle was refused when the file was read; one among indexes ends here.
    for (let steps = 0; steps < 100; steps++) {
      const parent = parents.get(keyOf(root));
      if (!parent) return root;
      root = parent;
    }
    return root;
  };
}

export interface Gathered<T> {
  readonly one: T;
  /** Parts that were added up. */
  readonly parts: number;
}

/** Tables, each with its partitions, largest first. */
export function gatheredTables(
  tables: readonly TableFigures[],
  rootOf: RootOf,
): readonly Gathered<TableFigures>[] {
  return gather(tables, rootOf, (sum, one) => ({
    ...sum,
    ...(sum.rows === undefined && one.rows === undefined ? {} : { rows: (sum.rows ?? 0) + (one.rows ?? 0) }),
    ...(sum.rowsPerDay === undefined && one.rowsPerDay === undefined
      ? {}
      : { rowsPerDay: (sum.rowsPerDay ?? 0) + (one.rowsPerDay ?? 0) }),
    bytes: sum.bytes + one.bytes,
    toastBytes: sum.toastBytes + one.toastBytes,
    inserted: sum.inserted + one.inserted,
    updated: sum.updated + one.updated,
    deleted: sum.deleted + one.deleted,
    dead: sum.dead + one.dead,
    sequentialScans: sum.sequentialScans + one.sequentialScans,
    indexScans: sum.indexScans + one.indexScans,
  })).toSorted((a, b) => b.one.bytes + b.one.toastBytes - a.one.bytes - a.one.toastBytes);
}

/** Indexes, each with its parts, largest first. */
export function gatheredIndexes(indexes: readonly IndexUse[], rootOf: RootOf): readonly Gathered<IndexUse>[] {
  return gather(indexes, rootOf, (sum, one) => ({
    ...sum,
    bytes: sum.bytes + one.bytes,
    ...(one.level === undefined ? {} : { level: Math.max(sum.level ?? 0, one.level) }),
    ...(one.levelBasis ? { levelBasis: one.levelBasis } : {}),
    ...(sum.scans === undefined && one.scans === undefined
      ? {}
      : { scans: (sum.scans ?? 0) + (one.scans ?? 0) }),
  })).toSorted((a, b) => b.one.bytes - a.one.bytes);
}

/** Columns, each once for a table and all its parts unless their states differ. */
export function gatheredColumns(inside: readonly InsideColumn[], rootOf: RootOf): readonly InsideColumn[] {
  const groups = new Map<string, InsideColumn>();
  for (const one of inside) {
    const root = rootOf({ schema: one.schema, name: one.relation });
    const key = JSON.stringify([root.schema, root.name, one.column, one.state]);
    if (root.name === one.relation || !groups.has(key))
      groups.set(key, { ...one, schema: root.schema, relation: root.name });
  }
  return [...groups.values()];
}

/** The whole comes with the figures of its own row, such as its statistics, where it has any. */
function gather<T extends Name & { readonly rows?: number }>(
  items: readonly T[],
  rootOf: RootOf,
  add: (sum: T, one: T) => T,
): readonly Gathered<T>[] {
  const groups = new Map<string, { root: Name; whole?: T; parts: T[] }>();
  for (const item of items) {
    const root = rootOf(item);
    const group = groups.get(keyOf(root)) ?? { root, parts: [] };
    groups.set(keyOf(root), group);
    if (sameName(root, item)) group.whole = item;
    else group.parts.push(item);
  }
  return [...groups.values()].flatMap(({ root, whole, parts }) => {
    if (!whole && parts.length === 0) return [];
    const first = whole ?? { ...parts[0]!, ...root };
    const rest = whole ? parts : parts.slice(1);
    const sum = rest.reduce((so, one) => add(so, one), first);
    // ANALYZE of the whole counted the rows of its parts already.
    return [{ one: whole?.rows === undefined ? sum : { ...sum, rows: whole.rows }, parts: parts.length }];
  });
}
