/** A change that is cut off at many places, and taken up again by the runner. */

export type KillKind = 'session ended' | 'server crashed' | 'runner gone';

/** Where a change was cut off. */
export interface KillPoint {
  /** Number of the statement of the runner's session, from 0. */
  readonly statement: number;
  readonly when: 'before' | 'inside' | 'after';
  readonly kind: KillKind;
  /** The statement's text. */
  readonly sql: string;
  /** Milliseconds that it took without a kill. */
  readonly ms: number;
}

export interface Killed {
  readonly point: KillPoint;
  /** The kill happened; a run whose statements came in another order may have ended before. */
  readonly hit: boolean;
  /** Runs that were needed after it. */
  readonly runs: number;
  /** What differs from the change that nobody cut off, structure and rows; empty is well. */
  readonly differences: readonly string[];
  /** Why it could not be taken up again. */
  readonly failed?: string;
}

export interface Kills {
  /** Places that there are, and those that were tried. */
  readonly places: number;
  readonly killed: readonly Killed[];
  /** Why there are none, or fewer than there are places. */
  readonly because?: string;
}
