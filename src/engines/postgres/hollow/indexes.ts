import type { Catalog, Index, Name } from '../../../catalog/model.ts';

/** A name as a key of a map. */
export function keyOf({ schema, name }: Name): string {
  return JSON.stringify([schema, name]);
}

/** All indexes of a structure by {@link keyOf}, those of materialised views too. */
export function indexesOf(catalog: Catalog): ReadonlyMap<string, Index> {
  return new Map(
    [...catalog.tables, ...catalog.views].flatMap(({ indexes }) =>
      indexes.map((index) => [keyOf(index), index] as const),
    ),
  );
}
