/** What is asked of production's rows as aggregates, so that made-up rows go together as the real ones do. */
import type { Name } from '../../catalog/model.ts';

/** Aggregates over rows; each only on demand, bounded, and listed. */
export interface Probes {
  /** What ran, over how many rows of how many, and how long. */
  readonly ran: readonly ProbeRun[];
  readonly fanOut: readonly FanOut[];
  readonly pairs: readonly KeyPairs[];
  readonly offsets: readonly DateOffsets[];
  readonly prefixes: readonly Prefixes[];
  readonly ends: readonly IndexEnds[];
}

export type ProbeKind = 'fan-out' | 'pairs' | 'offsets' | 'prefixes' | 'ends';

export interface ProbeRun {
  readonly kind: ProbeKind;
  readonly table: Name;
  readonly what: string;
  readonly ms: number;
  /** Share of the table that was looked at. */
  readonly share: number;
  /** Why it was not run or stopped. */
  readonly refused?: string;
}

/** Children per parent of one foreign key. */
export interface FanOut {
  readonly table: Name;
  readonly constraint: string;
  /** How many parents have so many children, 0 included; counts of a sample are carried to the whole. */
  readonly histogram: readonly { readonly children: number; readonly parents: number }[];
}

/** How two or more columns that are keys elsewhere go together. */
export interface KeyPairs {
  readonly table: Name;
  readonly columns: readonly string[];
  readonly distinct: number;
  readonly rows: number;
}

/** Seconds between two columns of a row, or of a row and its parent. */
export interface DateOffsets {
  readonly table: Name;
  readonly from: string;
  readonly to: string;
  /** Foreign key that leads to the row `from` belongs to; absent when both are in one row. */
  readonly through?: string;
  /** Seconds at 0, 5, 10 … 100 %. */
  readonly percentiles: readonly number[];
}

/** How a text column's values begin, and how long they are. */
export interface Prefixes {
  readonly table: Name;
  readonly column: string;
  readonly length: number;
  readonly common: readonly { readonly prefix: string; readonly share: number }[];
  /** Characters at 0, 5, 10 … 100 %. */
  readonly lengths: readonly number[];
}

/** Least and greatest value of an index's first column, which the planner looks up in production. */
export interface IndexEnds {
  readonly table: Name;
  readonly column: string;
  readonly least: string;
  readonly greatest: string;
}
