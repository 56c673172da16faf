/** What building the chosen set on a filled twin showed: nouns. */
import type { Name } from '../../catalog/model.ts';
import type { Basis } from '../../report/model.ts';
import type { DropCandidate, IndexCandidate, StatisticsCandidate } from '../advice/model.ts';

/** What building the choice on a filled twin showed. */
export interface Proof {
  /** Indexes that are still advised after they were measured. */
  readonly indexes: readonly ProvenIndex[];
  readonly drops: readonly ProvenDrop[];
  readonly statistics: readonly ProvenStatistics[];
  readonly queries: readonly ProvenQuery[];
  /** Advice that is not given, with the reason: a query below the fidelity mark, no measured gain, a slower query. */
  readonly withheld: readonly Withheld[];
  /** Milliseconds a day, calls × median, of the queries that were measured on both sides. */
  readonly total?: { readonly beforeMs: number; readonly afterMs: number; readonly queries: number };
  /** The twin was held against production's own figures, query by query. */
  readonly compared: boolean;
  readonly limits: readonly string[];
}

export interface Withheld {
  /** Id of the candidate, name of the index to drop, or `statistics on …`. */
  readonly what: string;
  readonly kind: 'index' | 'drop' | 'statistics';
  readonly why: 'slower' | 'no-gain' | 'fidelity' | 'results' | 'not-built' | 'writes';
  readonly because: string;
  /** Queries that decided it. */
  readonly queries: readonly string[];
}

export interface ProvenIndex {
  readonly name: Name;
  readonly candidate: IndexCandidate;
  /** The plain statement. */
  readonly sql: string;
  /** Statements of its online form, in order, as they were run. */
  readonly online: readonly string[];
  readonly buildMs: number;
  /** Strongest lock on its table that was seen while its online form ran, and who waits for it. */
  readonly lock: string;
  readonly blocks: 'nobody' | 'schema changes' | 'writes' | 'reads and writes';
  readonly bytes: number;
  /** Bytes and milliseconds at production's size, carried by rows. */
  readonly bytesThere?: number;
  readonly buildMsThere?: number;
  /** Queries that it makes faster, by name. */
  readonly serves: readonly string[];
  readonly writes?: WriteCost;
  /** Why the cost of writing was not measured. */
  readonly writesNotMeasured?: string;
}

/** What writing costs with an index ÷ without it, each turn taken back. */
export interface WriteCost {
  readonly rows: number;
  readonly insert?: WriteTurns;
  /** Of rows whose columns get new values; `columns` names them. */
  readonly update?: WriteTurns & {
    readonly columns: readonly string[];
    /** Where these columns come from: the workload's statements, or a column picked without any. */
    readonly basis: Basis;
    /** Share of the updates that were HOT. */
    readonly hot: Sides;
  };
  /** Carried to production's rows per day. */
  readonly there?: {
    readonly basis: 'derived';
    readonly msPerDay: number;
    /** Each turn begins after a checkpoint, so that this is the most: pages that change often between two checkpoints cost their image once. */
    readonly walBytesPerDay: number;
    /** Updates per day that would no longer be HOT. */
    readonly hotLostPerDay: number;
  };
}

export interface WriteTurns {
  /** Milliseconds of a batch. */
  readonly ms: Sides;
  /** Median of the turns' ratios. */
  readonly ratio: Ratio;
  readonly walBytes: Sides;
  /** After a checkpoint before each turn, with durable settings. */
  readonly fullPageImages: Sides;
}

/** A figure without the change and with it. */
export interface Sides {
  readonly before: number;
  readonly after: number;
}

/** A ratio with its 95 % interval and the number of pairs. */
export interface Ratio {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

export interface ProvenDrop {
  readonly candidate: DropCandidate;
  readonly sql: string;
  /** The statement that brings it back, and what that took here. */
  readonly undo: string;
  readonly undoMs: number;
  /** Bytes it took here. */
  readonly bytes: number;
  readonly lock: string;
}

export interface ProvenStatistics {
  readonly name: Name;
  readonly candidate: StatisticsCandidate;
  readonly sql: string;
  /** Milliseconds of ANALYZE with it. */
  readonly analyzeMs: number;
  readonly queries: readonly ProvenEstimate[];
}

/** The worst estimate of a plan: rows estimated against rows that came, the larger over the smaller. */
export interface ProvenEstimate {
  readonly query: string;
  readonly error: Sides;
  readonly planChanged: boolean;
}

export interface ProvenQuery {
  readonly name: string;
  readonly kind: 'read' | 'write';
  readonly callsPerDay: number;
  /** Medians over interleaved rounds, each round all sets of values by their shares; milliseconds with 95 % intervals. Absent when it could not be run. */
  readonly before?: Measured;
  readonly after?: Measured;
  /** after ÷ before, round by round. */
  readonly ratio?: Ratio;
  /** Sets of values that were run. */
  readonly sets: number;
  readonly buffers?: Sides;
  readonly results: ResultsSame;
  /** Which rows, when they differ, or why nothing can be said. */
  readonly resultsBecause?: string;
  readonly planBefore: readonly string[];
  readonly planAfter: readonly string[];
  /** Indexes of the set that its plans use, by candidate id. */
  readonly uses: readonly string[];
  readonly verdict: 'faster' | 'same' | 'slower' | 'not-proven';
  readonly because: string;
}

/**
 * `same`: equal rows, in the same order where the text asks for a total one. `open`: they differ where the text leaves them open (LIMIT without a total
 * order). `volatile`: they differ from call to call without any change. `differ`: neither explains it. `not-compared`: a side did not end.
 */
export type ResultsSame = 'same' | 'open' | 'volatile' | 'differ' | 'not-compared';

export interface Measured {
  readonly ms: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
  /** It was cut off by the time limit: it takes at least so long. */
  readonly atLeast?: boolean;
}
