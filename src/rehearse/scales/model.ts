/** One change on several sizes of the same tables, and what follows for larger ones. */

/** How a figure grows with the rows. */
export interface Fit {
  readonly shape: 'n' | 'n log n';
  /** Figure at no rows, and per row (per row × log₂ of the rows). */
  readonly base: number;
  readonly slope: number;
  /** Greatest distance of a measured figure from the line, as a share of the figure. */
  readonly residual: number;
}

/** A figure carried to another number of rows. */
export interface Extrapolated {
  readonly rows: number;
  readonly low: number;
  readonly value: number;
  readonly high: number;
  /** The rows are more than ten times those that were measured: a range, not a proof. */
  readonly proven: boolean;
}

export interface ScaledFigure {
  readonly figure: 'time' | 'log' | 'bytes';
  /** Figure at each size, in the order of {@link ScaledStatement.rows}. */
  readonly measured: readonly number[];
  /** Undefined where fewer than four sizes were measured, or the figure is 0 at all of them. */
  readonly fit?: Fit;
  /** Undefined where nobody said how many rows there are. */
  readonly there?: Extrapolated;
}

export interface ScaledStatement {
  readonly sql: string;
  /** The largest table it reads whole or writes anew, as `schema.name`. */
  readonly table: string;
  /** Rows of that table at each size, ascending. */
  readonly rows: readonly number[];
  readonly figures: readonly ScaledFigure[];
}

export interface Scales {
  /** Rows of the whole twin at each size that was measured, ascending. */
  readonly sizes: readonly number[];
  /** What the server keeps in memory, and the bytes of the largest table with its indexes at the largest size. */
  readonly cacheBytes: number;
  readonly largestBytes: number;
  /** Runs per size; the lower figure counts. */
  readonly runs: number;
  readonly statements: readonly ScaledStatement[];
  /** Why there are fewer sizes than four, or no copy at all. */
  readonly because?: string;
}
