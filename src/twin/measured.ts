/** Rows and growth of production's tables, as a snapshot measured them. */
import { keyOf, nameOf } from '../catalog/identity.ts';
import type { Name, Table } from '../catalog/model.ts';
import type { RelationFigures, Snapshot } from '../engine/model.ts';

/** One table as it was measured. */
export interface MeasuredVolume {
  readonly table: Name;
  readonly rows: number;
  /** Rows that came each day less those that went, at least 0; 0 where the counters do not say since when. */
  readonly perDay: number;
}

/** Volumes of all tables that have figures; a partitioned table has those of its partitions together. */
export function measuredVolumes({
  catalog,
  relations,
  activity,
  source,
  takenAt,
}: Snapshot): readonly MeasuredVolume[] {
  const figures = new Map(relations.map((one) => [keyOf(one), one]));
  const counted = new Map(activity.tables.map((one) => [keyOf(one), one]));
  const since = activity.since === undefined ? Number.NaN : Date.parse(activity.since);
  const days = (Date.parse(takenAt) - since) / 86_400_000;
  const own = (table: Table): { readonly rows: number; readonly grown: number } | undefined => {
    const parts = catalog.tables.filter(
      ({ partitionOf }) => partitionOf && keyOf(partitionOf) === keyOf(table),
    );
    if (table.kind === 'partitioned') {
      const all = parts.flatMap((part) => own(part) ?? []);
      return all.length === 0
        ? undefined
        : { rows: total(all.map(({ rows }) => rows)), grown: total(all.map(({ grown }) => grown)) };
    }
    const activeOnes = counted.get(keyOf(table));
    const found = figures.get(keyOf(table));
    const rows = (found && rowsOf(found, source.blockSize)) ?? activeOnes?.live;
    if (rows === undefined) return undefined;
    return { rows, grown: activeOnes ? activeOnes.inserted - activeOnes.deleted : 0 };
  };
  return catalog.tables
    .filter((table) => table.kind !== 'foreign' && !table.partitionOf)
    .flatMap((table) => {
      const measured = own(table);
      if (!measured) return [];
      // A counter of less than a day says little of a day; it is not stretched.
      const perDay = days > 0 ? Math.max(0, measured.grown / Math.max(1, days)) : 0;
      return [{ table: nameOf(table), rows: Math.round(measured.rows), perDay }];
    });
}

/** Rows of a table now: the density that ANALYZE found times its present length, as the planner reckons; undefined where it was never analysed. */
function rowsOf({ rows, pages, bytes }: RelationFigures, blockSize: number): number | undefined {
  if (rows < 0) return undefined;
  if (bytes === undefined || pages <= 0) return rows;
  return (rows / pages) * (bytes / blockSize);
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}
