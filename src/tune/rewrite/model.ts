/** What proving a rewrite shows: nouns. */
import type { Name } from '../../catalog/model.ts';
import type { Rewrite } from '../../engine/model.ts';
import type { Measured, Ratio } from '../proof/model.ts';

/** What became of one rewrite of one query. */
export interface ProvenRewrite {
  /** Name of the query. */
  readonly query: string;
  readonly rewrite: Rewrite;
  /**
   * `offered`: equal wherever it was tried, and faster. `refuted`: a database was found on which the rows differ. `not-faster`: equal, but the interval of the
   * ratio holds 1 or the gain is too small. `not-proven`: it could not be tried well enough.
   */
  readonly verdict: 'offered' | 'refuted' | 'not-faster' | 'not-proven';
  /** The new text with its reason as a comment. */
  readonly sql: string;
  /** One sentence with the figures. */
  readonly because: string;
  readonly worlds: WorldCount;
  readonly counterexample?: Counterexample;
  /** Sets of values whose rows were compared on the filled twin. */
  readonly compared: number;
  readonly before?: Measured;
  readonly after?: Measured;
  readonly ratio?: Ratio;
}

/** Small databases that a rewrite was tried on. */
export interface WorldCount {
  readonly tried: number;
  /** Calls that the query answered without an error, and those of them that had rows. */
  readonly calls: number;
  readonly withRows: number;
}

/** A database on which the rows differ, small enough to read. */
export interface Counterexample {
  readonly seed: number;
  readonly zone: string;
  readonly values: readonly unknown[];
  readonly tables: readonly WorldTable[];
  /** Rows of each text, or its error. */
  readonly original: readonly string[] | string;
  readonly rewritten: readonly string[] | string;
}

/** Rows of a table, as texts. */
export interface WorldTable {
  readonly table: Name;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** A statement that the application calls once for each row of another one. */
export interface Loop {
  readonly parent: string;
  readonly child: string;
  readonly callsPerParent: number;
  /** The text for all rows at once; `$1` is an array of what the single calls were given. */
  readonly sql: string;
  readonly verdict: 'offered' | 'refuted' | 'not-faster' | 'not-proven';
  readonly because: string;
  /** Milliseconds of the calls one after the other, and of the one for all. */
  readonly before?: Measured;
  readonly after?: Measured;
  readonly ratio?: Ratio;
}
