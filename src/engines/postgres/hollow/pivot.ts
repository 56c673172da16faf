/** Width of the keys on the inner pages of a b-tree, from the statistics of its columns. */
import type { RelationFigures, Snapshot } from '../../../engine/snapshot/model.ts';
import { indexesOf, keyOf } from './indexes.ts';

/** Bytes of an entry's header, and what entries are rounded up to. */
const header = 8;
const alignment = 8;

/** Bytes of a key whose width is not known. */
const usualWidth = 8;

/** Tells the bytes of a b-tree's inner entries with their header; included columns are not in them. */
export function pivotBytes({ catalog, columns }: Snapshot): (index: RelationFigures) => number {
  const indexes = indexesOf(catalog);
  const widths = new Map(
    columns.map((one) => [JSON.stringify([one.schema, one.relation, one.column]), one.averageWidth]),
  );
  const expressions = new Map(
    columns.map((one) => [JSON.stringify([one.schema, one.relation, one.position]), one.averageWidth]),
  );
  return (figures) => {
    const index = indexes.get(keyOf(figures));
    if (!index || !figures.table) return header + usualWidth;
    const { schema, name } = figures.table;
    const width = index.keys.reduce(
      (sum, key, i) =>
        sum +
        (widths.get(JSON.stringify([schema, name, key])) ??
          expressions.get(JSON.stringify([figures.schema, figures.name, i + 1])) ??
          usualWidth),
      0,
    );
    return header + Math.ceil(width / alignment) * alignment;
  };
}
