/** What a bench measured. */
import type { Percentile } from '../model.ts';

export interface BenchFigures {
  readonly name: string;
  readonly kind: 'read' | 'write';
  /** Target of the 95th percentile, milliseconds. */
  readonly target?: number;
  /** Calls a second: asked for (open loop only), and answered within the measured time. */
  readonly offered?: number;
  readonly achieved: number;
  readonly completed: number;
  readonly failed: number;
  readonly timedOut: number;
  /** Failures by SQLSTATE, and the first message of each kind. */
  readonly states: Readonly<Record<string, number>>;
  readonly messages: readonly string[];
  /** Of completed calls, milliseconds; undefined without any. */
  readonly p50?: Percentile;
  readonly p90?: Percentile;
  readonly p95?: Percentile;
  readonly p99?: Percentile;
  readonly max?: number;
  readonly buckets: readonly Bucket[];
}

/** Calls whose latency lies in [from, to) milliseconds. */
export interface Bucket {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

export interface BenchRun {
  readonly loop: 'open' | 'closed';
  readonly seconds: number;
  readonly figures: readonly BenchFigures[];
  /** Whether our own process may be what was slow. */
  readonly clientLimited: boolean;
}

/** One rate of a saturation search. */
export interface SaturationStep {
  /** Times the declared rates. */
  readonly factor: number;
  /** Calls a second over all queries. */
  readonly offered: number;
  readonly achieved: number;
  /** Calls that had no answer when the measured time was over. */
  readonly unanswered: number;
  /** Over all completed calls, milliseconds. */
  readonly p95: number;
  readonly failed: number;
  /** 95th percentile of how late our own process gave calls out, milliseconds. */
  readonly lateMs: number;
  /** The server kept up. */
  readonly good: boolean;
  readonly because: string;
}

export interface Saturation {
  /** In the order they were run. */
  readonly steps: readonly SaturationStep[];
  /** Calls a second: the greatest rate that most of its runs kept up, below every lost one, and the smallest lost one above it; undefined ends were not found. */
  readonly kept?: number;
  readonly lost?: number;
  /** The same when a single run against it is enough: what noise leaves certain. */
  readonly surelyKept?: number;
  readonly surelyLost?: number;
  /** Runs that contradicted most others of the same rate, and runs beyond the first of each rate. */
  readonly contradictions: number;
  readonly repetitions: number;
  /** Our own process fell behind near the knee, so the knee may be ours. */
  readonly clientLimited: boolean;
}
