/** A database with rows made to measure. */
import type { Name } from '../catalog/model.ts';
import type { Skew } from '../task/model.ts';

/** Rows a table gets on the twin, and what it will have in production. */
export interface TableVolume {
  readonly table: Name;
  /** Claim id of the volume; undefined when assumed. */
  readonly claim?: string;
  /** Rows in production on the day the change arrives. */
  readonly now: number;
  /** Rows in production at the horizon, retention considered. */
  readonly horizon: number;
  /** Rows on the twin. */
  readonly rows: number;
  /** Declared by the task, measured in production by a snapshot, or neither. */
  readonly basis: 'declared' | 'snapshot' | 'assumed';
  /** Rows of today are declared, but how many come each day is only assumed. */
  readonly growthAssumed?: boolean;
  /** rows ÷ horizon, at most 1. */
  readonly scale: number;
  /** Share of the parents' keys that carry their full depth of children. */
  readonly slice: number;
  /** New rows per day. */
  readonly perDay: number;
}

export interface FillResult {
  readonly tables: readonly {
    readonly table: Name;
    readonly rows: number;
    readonly ms: number;
    readonly bytes: number;
  }[];
  readonly ms: number;
  /** What the generated rows do not show: guessed values, columns without statistics. */
  readonly limits: readonly string[];
}

/** What the task tells about one column's values. */
export interface FillHint {
  readonly table: Name;
  /** The column, or the relation's name that the column was made from. */
  readonly column: string;
  readonly skew?: Skew;
  readonly examples?: readonly unknown[];
  /** Value of a row that is inserted beside others: a status begins here, whatever older rows have become. */
  readonly begins?: unknown;
  /** Rows of the table with a value in this column are past: new rows do not refer to them. */
  readonly past?: boolean;
  /** Value, as text, of the row with each number from 1, in preference to any other way to make one. */
  readonly values?: readonly string[];
}

/** A derived table and the statement that fills it from its sources. */
export interface Refill {
  readonly table: Name;
  /** Nothing is run when it is empty. */
  readonly sql: string;
  /**
   * `summary`: emptied and filled; what its volume has beyond that is made like any other rows. `exact`: emptied and filled, nothing else.
   * `settle`: its rows stay and are corrected. A summary when left out.
   */
  readonly kind?: 'summary' | 'exact' | 'settle';
}
