/** Indexes that were tried, and what access patterns were seen to do. */
import type { Name } from '../catalog/model.ts';
import type { Basis, ClaimVerdict } from '../report/model.ts';
import type { Rate } from '../task/model.ts';

/** A query whose indexes are chosen: text with `:name` or `$n` parameters, and sets of values in the order of the parameters. */
export interface TuneQuery {
  readonly claim: string;
  readonly sql: string;
  readonly rate: Rate;
  /** Target of the 95th percentile, milliseconds. */
  readonly p95?: number;
  readonly values: readonly (readonly unknown[])[];
}

/** An index worth building to see what it does. */
export interface Candidate {
  readonly name: string;
  readonly table: Name;
  /** Key columns in order. */
  readonly columns: readonly string[];
  readonly includes: readonly string[];
  readonly predicate?: string;
  /** Plain `CREATE INDEX`; the online form is the planner's work. */
  readonly sql: string;
  /** Claims of the queries that asked for it. */
  readonly serves: readonly string[];
}

/** A candidate that was built, and what became of it. */
export interface TriedIndex extends Candidate {
  /** Why it was kept or rejected, in one sentence with its figures. */
  readonly because: string;
  readonly buildMs: number;
  /** Bytes on the twin. */
  readonly bytes: number;
  /** Extra milliseconds per inserted row; undefined when it was not worth measuring. */
  readonly writeMsPerRow?: number;
  /** Seconds per day at the declared rates and volumes; undefined when no query used it. */
  readonly savedPerDay?: number;
  readonly costPerDay?: number;
}

/** A query before and after the kept indexes. */
export interface QueryTuning {
  readonly claim: string;
  /** Means over the sets of values, milliseconds. */
  readonly beforeMs: number;
  readonly afterMs: number;
  readonly buffersBefore: number;
  readonly buffersAfter: number;
  readonly planBefore: readonly string[];
  readonly planAfter: readonly string[];
}

export interface TuneResult {
  readonly kept: readonly TriedIndex[];
  readonly rejected: readonly TriedIndex[];
  readonly queries: readonly QueryTuning[];
  /** What the choice does not cover: candidates left out, queries that could not run. */
  readonly limits: readonly string[];
}

/** What measuring one access pattern showed. */
export interface AccessResult {
  readonly claim: string;
  readonly verdict: ClaimVerdict;
  /** One sentence with the figures. */
  readonly because: string;
  readonly basis: Basis;
  /** 95th percentile at the declared volume, milliseconds: measured there or extrapolated; undefined when it could not run. */
  readonly p95?: number;
  /** Ends of its interval; `high` is undefined when there is none. */
  readonly low?: number;
  readonly high?: number;
  /** 95th percentile on the largest twin, milliseconds. */
  readonly measuredP95?: number;
  /** Samples on the largest twin. */
  readonly n: number;
  /** Rows of the table that grows, on the largest twin and as declared. */
  readonly atRows: number;
  readonly declaredRows: number;
  readonly target?: number;
  /** Shared buffers touched by one call on the largest twin. */
  readonly buffers?: number;
  readonly plan: readonly string[];
  readonly failed: number;
  readonly timedOut: number;
  /** How figures of the largest twin were carried to the declared rows; undefined when they were measured there. */
  readonly growth?: Growth;
  /** What was seen at each size, smallest first. */
  readonly sizes: readonly SizePoint[];
}

/** How a figure of the largest measured size is carried to the declared one. */
export interface Growth {
  /** Declared size ÷ largest measured size. */
  readonly factor: number;
  /** Multiples of the time at the largest size, never below 1: more rows are no gain. */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  /** What decides; `time` where no work could be read. */
  readonly measure: 'pages' | 'rows' | 'time';
  /** Work per call at the largest and at the declared size. */
  readonly from: number;
  readonly to: number;
  /** Work grows with rows to this power. */
  readonly exponent: number;
  /** Largest share by which the time of a size differs from what its work says; undefined without times. */
  readonly residual?: number;
  /** Power by which time certainly grows faster than the work, 0 when it does not. */
  readonly excess: number;
  /** The path of a smaller size that differs from the largest one's. */
  readonly otherPath?: string;
  /** False beyond ten times the measured size or with too few or hardly different sizes: a range, no proof. */
  readonly sound: boolean;
}

/** What was seen at one size: under the declared load on the largest twin, one call after the other on the others. */
export interface SizePoint {
  readonly rows: number;
  readonly p95: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
  readonly buffers: number;
  /** Rows that the plan's nodes (or a write's triggers) handled per call, mean over sets of values. */
  readonly processed?: number;
  /** Rows per call that scans of tables let through, whatever the plan. */
  readonly passed?: number;
  /** Share of the service time that the server spends on executing. */
  readonly share?: number;
  /** How tables are reached: scans and joins, without what runs above them. */
  readonly path?: string;
  /** Median of calls one after the other, the sizes in turns, with its interval; milliseconds. */
  readonly service?: { readonly value: number; readonly low: number; readonly high: number };
  /** Median of the commits of writes, part of the service time: above all the disk's flush; milliseconds. */
  readonly commitMs?: number;
  /** Its samples are calls of the declared load. */
  readonly loaded?: boolean;
  /** True when the samples are too few for an upper end with 95 % confidence: `high` is the slowest call then. */
  readonly open?: boolean;
  /** Sets of values that were looked at, and how many of them met no row. */
  readonly met?: { readonly sets: number; readonly empty: number };
  /** 95th percentile of a query that does nothing (for writes: of a commit that writes nothing), in the same load, milliseconds: what the machine itself added. */
  readonly idleMs?: number;
}
