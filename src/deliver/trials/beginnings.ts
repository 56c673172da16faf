/** Values that new rows begin with, whatever the rows that are there have become since. */
import { sameName } from '../../catalog/identity.ts';
import type { Name } from '../../catalog/model.ts';
import type { Design } from '../../design/model.ts';
import type { FillHint } from '../../twin/model.ts';

/** The start of each status machine, and the rows that new ones may not refer to. */
export function beginningsOf(design: Pick<Design, 'features' | 'upkeep'>): readonly FillHint[] {
  return [
    ...design.features.flatMap((feature) =>
      feature.kind === 'states'
        ? [{ table: feature.table, column: feature.column, begins: feature.start }]
        : [],
    ),
    ...design.upkeep.flatMap(({ table, past }) =>
      past === undefined ? [] : [{ table, column: past, past: true }],
    ),
  ];
}

/** Columns whose values a trigger watches over: a status that moves, a version that rises. */
export function watchedColumns({ features }: Pick<Design, 'features'>, table: Name): readonly string[] {
  return features.flatMap((feature) =>
    (feature.kind === 'states' || feature.kind === 'version') && sameName(feature.table, table)
      ? [feature.column]
      : [],
  );
}

/** The same as values by column of one table. */
export function beginningOf(hints: readonly FillHint[], table: Name): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    hints.flatMap((hint) =>
      hint.begins !== undefined && sameName(hint.table, table) ? [[hint.column, hint.begins] as const] : [],
    ),
  );
}
