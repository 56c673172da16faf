/** Who is present while a change runs, and what it does to them. */

/** A transaction that was open beside the change. */
export interface Holder {
  readonly kind: 'long reader' | 'idle transaction';
  /** How long it stayed, milliseconds. */
  readonly ms: number;
  /** Tables it held, as `schema.name`, in this mode. */
  readonly tables: readonly string[];
  readonly mode: string;
}

/** What one statement did to those who were there. */
export interface StatementWait {
  readonly sql: string;
  readonly origin?: string;
  readonly step?: string;
  /** Tries until its locks were granted; all of them, where they never were. */
  readonly attempts: number;
  readonly granted: boolean;
  /** Longest wait of one try, milliseconds; undefined where it waits as long as it takes. */
  readonly limitMs?: number;
  /** Longest call that it held up, milliseconds. */
  readonly worstMs: number;
  /** Calls that waited longer than any did without the change, and what they waited together. */
  readonly calls: number;
  readonly waitedMs: number;
  /** Calls that failed or timed out while it ran or waited. */
  readonly failed: number;
  /** Chance that one try that begins at a random moment gets its locks while the holders stay, 0 to 1; derived from their times and the limit, undefined where nobody holds what it needs. */
  readonly chance?: number;
  /** The holder that the chance is derived from. */
  readonly holder?: Holder;
  /** Greatest distance of the standby while it ran. */
  readonly lagBytes?: number;
  readonly lagMs?: number;
}

/** What became of a streaming standby and its readers. */
export interface StandbyFacts {
  readonly kind: 'followed';
  /** It waits so long for its readers, milliseconds, and then cancels them. */
  readonly delayMs: number;
  /** Milliseconds until it took readers, its copy included. */
  readonly startedMs: number;
  /** Calls of short reads on it. */
  readonly calls: number;
  readonly cancelledCalls: number;
  /** Long readers, three at a time in turns, each holding the tables of the change. */
  readonly longReaders: number;
  readonly cancelledReaders: number;
  /** Cancelled since the change began, as the standby counts them by cause; and before it, in as long a time as the baseline took. */
  readonly conflicts: Readonly<Record<string, number>>;
  readonly conflictsBefore: number;
  /** Greatest distance in bytes and milliseconds; sampled. */
  readonly lagBytes: number;
  readonly lagMs: number;
  readonly sampleMs: number;
  /** Most log that the primary kept for it. */
  readonly retainedBytes: number;
  /** Milliseconds from the end of the change until it had caught up; undefined when it had not after the wait. */
  readonly caughtUpMs?: number;
}

/** It was asked for, but there was none. */
export interface NoStandby {
  readonly kind: 'none';
  readonly because: string;
}
