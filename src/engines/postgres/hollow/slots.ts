/** Statistics of a column as the server stores them: up to five slots, each of a kind with numbers, values and an operator. */
import type { ColumnStatistics } from '../../../engine/snapshot/model.ts';
import type { TypeFacts } from './types.ts';

/** Kinds of `pg_statistic` (`STATISTIC_KIND_…`). */
const kinds = {
  common: 1,
  histogram: 2,
  correlation: 3,
  commonElements: 4,
  elementCounts: 5,
  rangeLengths: 6,
  rangeBounds: 7,
} as const;

/** Slots that a row of the server's table has. */
export const slotsInRow = 5;

/** `float8`, and the operator that sorts it. */
const float8 = { type: 701, less: 672 } as const;

/** One slot; `values` is an array literal of elements of `type`. */
export interface Slot {
  readonly kind: number;
  readonly operator: number;
  readonly collation: number;
  readonly numbers?: readonly number[];
  readonly values?: string;
  readonly type?: number;
}

/** Figures of a column or an expression, without its place. */
export type Figures = Omit<ColumnStatistics, 'schema' | 'relation' | 'column' | 'position'>;

/** Slots of a column of this type and collation; those that its type allows no value or operator for are left out. */
export function slotsOf(figures: Figures, type: TypeFacts, collation: number): readonly Slot[] {
  const { equal, less, base, element, range } = type;
  const slots: Slot[] = [];
  const { commonValues, commonFrequencies, histogram, correlation } = figures;
  if (commonValues !== undefined && commonFrequencies && equal && type.safe)
    slots.push({
      kind: kinds.common,
      operator: equal,
      collation,
      numbers: commonFrequencies,
      values: commonValues,
      type: base,
    });
  if (histogram !== undefined && less && type.safe)
    slots.push({ kind: kinds.histogram, operator: less, collation, values: histogram, type: base });
  if (correlation !== undefined && less)
    slots.push({ kind: kinds.correlation, operator: less, collation, numbers: [correlation] });
  const { commonElements, elementFrequencies, elementHistogram } = figures;
  if (element && commonElements !== undefined && elementFrequencies && type.safe)
    slots.push({
      kind: kinds.commonElements,
      operator: element.equal,
      collation: element.collation ?? collation,
      numbers: elementFrequencies,
      values: commonElements,
      type: element.base,
    });
  if (element && elementHistogram)
    slots.push({
      kind: kinds.elementCounts,
      operator: element.equal,
      collation: element.collation ?? collation,
      numbers: elementHistogram,
    });
  const { rangeLengths, rangeEmptyFraction, rangeBounds } = figures;
  if (range !== undefined && rangeLengths !== undefined)
    slots.push({
      kind: kinds.rangeLengths,
      operator: float8.less,
      collation: 0,
      numbers: [rangeEmptyFraction ?? 0],
      values: rangeLengths,
      type: float8.type,
    });
  if (range !== undefined && rangeBounds !== undefined && type.safe)
    slots.push({ kind: kinds.rangeBounds, operator: 0, collation: 0, values: rangeBounds, type: range });
  return slots.slice(0, slotsInRow);
}

/** Columns of a row of `pg_statistic` after its key, as SQL over a JSON record `w` made by {@link slotRecord}. */
export const slotColumns = [
  'w.null_fraction, w.width, w.distinct_values',
  ...['kind', 'operator', 'collation', 'numbers'].map((what) => numbered((n) => `w.${what}${n}`)),
  // The input functions of types read text of the snapshot here, as they do for any constant.
  numbered((n) => `pg_catalog.array_in(pg_catalog.textout(w.values${n}), w.type${n}, -1)`),
].join(',\n       ');

/** Names and types of that record. */
export const slotRecordType = [
  'null_fraction float4, width int4, distinct_values float4',
  numbered((n) => `kind${n} int2`),
  numbered((n) => `operator${n} oid`),
  numbered((n) => `collation${n} oid`),
  numbered((n) => `numbers${n} float4[]`),
  numbered((n) => `values${n} text`),
  numbered((n) => `type${n} oid`),
].join(', ');

/** Names of the columns of `pg_statistic` that {@link slotColumns} fills. */
export const slotTargets = [
  'stanullfrac, stawidth, stadistinct',
  ...['stakind', 'staop', 'stacoll', 'stanumbers', 'stavalues'].map((what) => numbered((n) => what + n)),
].join(', ');

/** A record for the server: figures, and five slots of which the unused are of kind 0. */
export function slotRecord(figures: Figures, slots: readonly Slot[]): Readonly<Record<string, unknown>> {
  const record: Record<string, unknown> = {
    null_fraction: figures.nullFraction,
    width: figures.averageWidth,
    distinct_values: figures.distinct,
  };
  for (let n = 1; n <= slotsInRow; n += 1) {
    const slot = slots[n - 1];
    record[`kind${n}`] = slot?.kind ?? 0;
    record[`operator${n}`] = slot?.operator ?? 0;
    record[`collation${n}`] = slot?.collation ?? 0;
    record[`numbers${n}`] = slot?.numbers ?? null;
    record[`values${n}`] = slot?.values ?? null;
    record[`type${n}`] = slot?.type ?? 0;
  }
  return record;
}

function numbered(each: (n: number) => string): string {
  return Array.from({ length: slotsInRow }, (_, i) => each(i + 1)).join(', ');
}
