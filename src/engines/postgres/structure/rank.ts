import { keyOf, sameName } from '../../../catalog/identity.ts';
import type { Catalog, Name, Table } from '../../../catalog/model.ts';
import type { MadeObject } from '../../../engine/snapshot/model.ts';

/** The order in which the objects of a kind were made. */
export type Rank = (kind: MadeObject['kind']) => <T extends Name>(objects: readonly T[]) => readonly T[];

/** Sorts objects as they were made; those that nobody told about come last, and keep their order among themselves. */
export function rankOf(order: readonly MadeObject[]): Rank {
  const places = new Map<MadeObject['kind'], Map<string, number>>();
  order.forEach((object, place) => {
    const known = places.get(object.kind) ?? new Map<string, number>();
    places.set(object.kind, known);
    // Overloaded routines share a name: they are kept together.
    if (!known.has(keyOf(object))) known.set(keyOf(object), place);
  });
  return (kind) => (objects) => {
    const known = places.get(kind);
    if (!known) return objects;
    const place = (object: Name): number => known.get(keyOf(object)) ?? order.length;
    return objects.toSorted((a, b) => place(a) - place(b));
  };
}

/** Levels above a table in inheritance and partitioning, from 0. */
export function depths(catalog: Catalog): (table: Table) => number {
  const byName = new Map(catalog.tables.map((table) => [keyOf(table), table]));
  const known = new Map<Table, number>();
  const depth = (table: Table): number => {
    const found = known.get(table);
    if (found !== undefined) return found;
    // A tampered circle of parents ends here.
    known.set(table, 0);
    const above = parentsOf(table).flatMap((name) => byName.get(keyOf(name)) ?? []);
    const is = above.length === 0 ? 0 : 1 + Math.max(...above.map(depth));
    known.set(table, is);
    return is;
  };
  return depth;
}

/** Tables that a table is a partition of or inherits from. */
export function parentsOf(table: Table): readonly Name[] {
  return table.partitionOf ? [table.partitionOf] : table.inherits;
}

/** Whether a table is a child of another one. */
export function isChild(table: Table, parent: Name): boolean {
  return parentsOf(table).some((name) => sameName(name, parent));
}
