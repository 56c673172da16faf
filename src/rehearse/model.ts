/** What running a change on a twin showed. */
import type { Difference } from '../catalog/model.ts';
import type { ExcludedQuery, LoadResult } from '../workload/model.ts';

export type { StatementRun } from '../apply/model.ts';

export interface Stall {
  readonly query: string;
  readonly ms: number;
  /** Milliseconds since the run began. */
  readonly at: number;
  /** The statement that ran meanwhile. */
  readonly during?: string;
}

export interface UnderLoad {
  /** The same load without the change. */
  readonly baseline: LoadResult;
  readonly during: LoadResult;
  /** Longest per query, worst first. */
  readonly stalls: readonly Stall[];
  /** Longest call that each statement held up, in the statements' order; statements that held up nobody are left out. */
  readonly statementStalls: readonly Stall[];
  readonly timedOut: number;
  /** Calls that failed with a message that the baseline did not show. */
  readonly failed: number;
  readonly readerMs: number;
  /** The rows that the long reader held: tables as `schema.name`. */
  readonly readerTables: readonly string[];
  /** The load was assumed, since no workload was given. */
  readonly assumed: boolean;
  /** Queries that could not be run on the twin. */
  readonly excluded: readonly ExcludedQuery[];
  /** Queries that were called more often than declared, so that they would meet the change. */
  readonly raised: readonly string[];
}

export interface RoundTrip {
  readonly upMs: number;
  readonly downMs: number;
  /** up → down against the start; empty is equal. */
  readonly afterDown: readonly Difference[];
  /** up → down → up against the first up; undefined when there was no second up. */
  readonly afterSecondUp?: readonly Difference[];
  readonly rows: readonly RowCheck[];
}

/** Rows of a surviving table before and after up → down, compared column by column. */
export interface RowCheck {
  readonly table: string;
  readonly before: number;
  readonly after: number;
  readonly equal: boolean;
  /** Columns whose values differ or are gone. */
  readonly lost: readonly string[];
}

/** An existing query tried in sessions prepared before the change, in three protocol modes. */
export interface CompatibilityRun {
  readonly query: string;
  readonly phase: string;
  readonly mode: 'simple' | 'extended' | 'prepared before';
  readonly ok: boolean;
  readonly error?: string;
}
