/** Thresholds, with where they come from, and the figures that are held against them. */
import type { Spread } from './model.ts';

/**
 * Distances between two ANALYZE runs that count as the same. A sample of 300 × 100 rows knows a share p to ± sqrt(p (1 - p) / 30,000), 0.3 points at most; three times that, for
 * two samples, is 1.2 points: 2 are allowed for shares of nulls. Half the sum of 100 differences of common values of 1 % each comes to 3 points by chance: 10 are allowed. Two histograms of 100 bounds
 * differ by a bucket of each and the error of both samples, 3 points together: 5 are allowed. Tables of fewer rows are smaller samples: there the chance that their size leaves is allowed instead. Counts of different values are guesses on both sides (their estimator is off by a factor itself): 2x.
 */
export const tolerances = {
  nullShare: 0.02,
  distinct: 2,
  common: 0.1,
  histogram: 0.05,
  correlation: 0.15,
  width: 1.25,
  /** Bytes by which a width may differ however small it is. */
  widthBytes: 4,
} as const;

/** Rows that ANALYZE looks at with the usual target. */
export const sampleRows = 30_000;

/** Rows below which correlation and common values are chance. */
export const leastRows = 100;

/** Share of the columns that have to lie within the tolerances; on a hollow twin they are copies. */
export const statisticsMark = { filled: 0.9, hollow: 1 } as const;
/** Share of the plans that have to be the same. */
export const plansMark = { filled: 0.95, hollow: 0.98 } as const;
/** Cost ratio from which a plan of a hollow twin is not the same. */
export const hollowCost = 1.001;
/** Row ratio that nine of ten queries keep. */
export const rowsMark = 2;
/** Ratio of pages (and of time) within which a query is comparable at all; latencies are not judged beyond it. */
export const blocksFactor = 2;
/** Share of the calls whose queries keep {@link blocksFactor}. */
export const blocksMark = 0.9;
/** Pages below which a difference is not told: a page more or less of a tree decides nothing. */
export const leastBlocks = 8;
/** Rows per call below which a difference is not told. */
export const leastRowsPerCall = 1;
/** Cost ratio that stands for any smaller one: a plan without cost has none. */
export const leastCost = 0.001;

/** The larger over the smaller of two figures, both at least `least`. */
export function ratioOf(one: number, other: number, least: number): number {
  const [a, b] = [Math.max(one, least), Math.max(other, least)];
  return Math.max(a, b) / Math.min(a, b);
}

/** Percentiles of ratios by the nearest rank; undefined without any. */
export function spreadOf(ratios: readonly number[]): Spread | undefined {
  if (ratios.length === 0) return undefined;
  const sorted = ratios.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
  return { n: sorted.length, p50: at(0.5), p90: at(0.9), p99: at(0.99), most: sorted.at(-1)! };
}
