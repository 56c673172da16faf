/** How many rows ANALYZE looked at. */
import type { Name } from '../../../catalog/model.ts';
import type { ColumnStatistics, Snapshot } from '../../../engine/snapshot/model.ts';
import { keyOf } from './indexes.ts';

/** Rows that ANALYZE samples per unit of the largest target among a table's columns, and at least (`std_typanalyze`, `do_analyze_rel`). */
const rowsPerUnit = 300;
const leastSample = 100;

/** `default_statistics_target` when a snapshot does not tell it. */
const usualTarget = 100;

/**
 * Tells the rows of a table that its last ANALYZE saw at least. The session that ran it may have had a target of its own, which full histograms show: they have
 * one bound more than the target.
 */
export function sampledRows({ settings, catalog, columns }: Snapshot): (table: Name) => number {
  const target =
    Number(
      settings.find(({ name, role }) => name === 'default_statistics_target' && role === undefined)?.value,
    ) || usualTarget;
  const declared = new Map(
    catalog.tables.map((table) => [
      keyOf(table),
      Math.max(0, ...table.columns.map(({ statistics }) => statistics ?? target)),
    ]),
  );
  const shown = new Map<string, number>();
  for (const column of columns) {
    const bounds = fullHistogram(column);
    if (bounds === undefined || column.inherited) continue;
    const key = keyOf({ schema: column.schema, name: column.relation });
    shown.set(key, Math.max(shown.get(key) ?? 0, bounds - 1));
  }
  return (table) => {
    const key = keyOf(table);
    return Math.max(leastSample, rowsPerUnit * (shown.get(key) ?? declared.get(key) ?? target));
  };
}

/** Bounds of a histogram of a column that nearly never repeats a value, so that only the target can have limited them. */
function fullHistogram({ histogram, distinct }: ColumnStatistics): number | undefined {
  if (histogram === undefined || distinct > -0.5) return undefined;
  return histogram.replaceAll(/"(?:[^"\\]|\\.)*"/gs, '').split(',').length;
}
