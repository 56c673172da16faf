/** How many rows of a column hold nothing, which common value, and what lies between: whole numbers. */
import type { ColumnStatistics } from '../../engine/model.ts';
import { apportion } from './apportion.ts';
import { arrayItems } from '../../base/array-literal.ts';

export interface Layout {
  readonly rows: number;
  readonly nulls: number;
  readonly common: readonly { readonly value: string; readonly rows: number }[];
  /** Rows with values between the bounds, and how many different ones these are. */
  readonly rest: number;
  readonly distinct: number;
  readonly bounds: readonly string[];
}

/** The statistics as numbers of rows, exact to one row; undefined when they tell no values. */
export function layoutOf(statistics: ColumnStatistics, rows: number, nullable: boolean): Layout | undefined {
  const values = arrayItems(statistics.commonValues ?? '{}');
  const shares = statistics.commonFrequencies ?? [];
  const bounds = arrayItems(statistics.histogram ?? '{}').flatMap((bound) => bound ?? []);
  const nulls = nullable ? Math.min(rows, Math.round(statistics.nullFraction * rows)) : 0;
  const filled = rows - nulls;
  if (values.length === 0 && bounds.length === 0) return undefined;
  const given = values.flatMap((value, i) => (value === null ? [] : [{ value, share: shares[i] ?? 0 }]));
  const sum = given.reduce((total, one) => total + one.share, 0);
  const space = Math.max(1 - statistics.nullFraction, Number.MIN_VALUE);
  const inCommon =
    bounds.length === 0 ? filled : Math.min(filled, Math.round((sum / Math.max(sum, space)) * filled));
  const counts = apportion(
    given.map((one) => one.share),
    inCommon,
  );
  const common = given.flatMap(({ value }, i) => (counts[i]! > 0 ? [{ value, rows: counts[i]! }] : []));
  const rest = filled - inCommon;
  return { rows, nulls, common, rest, distinct: distinctRest(statistics, rows, given.length, rest), bounds };
}

function distinctRest(statistics: ColumnStatistics, rows: number, common: number, rest: number): number {
  const all = statistics.distinct < 0 ? -statistics.distinct * rows : statistics.distinct;
  if (statistics.distinct <= -0.999) return rest;
  return Math.max(Math.min(2, rest), Math.min(rest, Math.round(all) - common));
}

/**
 * Share of the rows that must lie in the order of their values for the column to have its correlation; negative for backwards. Rows in no order have a correlation of their own, since equal values are ranked by
 * where they lie: the sum of the squares of the values' shares; backwards it is twice the sum of their cubes less one.
 */
export function shareInOrder(layout: Layout, correlation: number | undefined): number {
  if (correlation === undefined || layout.rows === layout.nulls) return 0;
  const { loose, backwards } = correlations(layout);
  if (correlation >= loose) return loose > 0.995 ? 0 : Math.min(1, (correlation - loose) / (1 - loose));
  return backwards > loose - 0.01 ? 0 : -Math.min(1, (loose - correlation) / (loose - backwards));
}

/** The correlation of a column with such a share of its rows in order: the way back. */
export function correlationOf(layout: Layout, share: number): number {
  const { loose, backwards } = correlations(layout);
  return share >= 0 ? loose + share * (1 - loose) : loose + share * (loose - backwards);
}

function correlations(layout: Layout): { readonly loose: number; readonly backwards: number } {
  const filled = layout.rows - layout.nulls;
  const shares = layout.common.map((one) => one.rows / filled);
  const power = (exponent: number): number =>
    shares.reduce((sum, share) => sum + share ** exponent, 0) +
    (layout.rest > 0 ? layout.distinct * (layout.rest / layout.distinct / filled) ** exponent : 0);
  return { loose: power(2), backwards: 2 * power(3) - 1 };
}
