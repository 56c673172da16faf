/** Levels of b-trees that nobody may look into, from their sizes. */
import type { Catalog, Index, Name } from '../../../catalog/model.ts';
import type { ColumnStatistics, RelationFigures } from '../../../engine/snapshot/model.ts';
import { levelOf } from '../pages/level.ts';

/** Bytes of a key whose width no statistics tell: a number, or a short text. */
const usualWidth = 8;
const headerBytes = 8;
const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8;

/** The relations, where b-trees whose level was not read have one that follows from their pages and the width of their keys. */
export function withLevels(
  relations: readonly RelationFigures[],
  catalog: Catalog,
  columns: readonly ColumnStatistics[],
  blockSize: number,
): readonly RelationFigures[] {
  const widths = new Map(
    columns.map((one) => [widthKey(one.schema, one.relation, one.column), one.averageWidth]),
  );
  const ofIndexes = new Map(
    columns.map((one) => [widthKey(one.schema, one.relation, one.position), one.averageWidth]),
  );
  const indexes = new Map(
    [...catalog.tables, ...catalog.views].flatMap((table) =>
      table.indexes.map((index) => [nameKey(index), { index, table }] as const),
    ),
  );
  const keyBytes = (index: Index, table: Name): number =>
    headerBytes +
    aligned(
      index.keys.reduce(
        (sum, key, at) =>
          sum +
          (widths.get(widthKey(table.schema, table.name, key)) ??
            ofIndexes.get(widthKey(index.schema, index.name, at + 1)) ??
            usualWidth),
        0,
      ),
    );
  return relations.map((relation) => {
    if (relation.kind !== 'index' || relation.index?.method !== 'btree' || relation.index.level !== undefined)
      return relation;
    const found = indexes.get(nameKey(relation));
    const pages = relation.bytes === undefined ? relation.pages : Math.floor(relation.bytes / blockSize);
    const level = levelOf(pages, found ? keyBytes(found.index, found.table) : headerBytes + usualWidth);
    return { ...relation, index: { ...relation.index, level, levelBasis: 'derived' } };
  });
}

const nameKey = ({ schema, name }: Name): string => JSON.stringify([schema, name]);
const widthKey = (...parts: readonly (string | number)[]): string => JSON.stringify(parts);
