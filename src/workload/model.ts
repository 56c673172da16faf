/** Named queries, and what running them showed. */
import type { ConnectOptions } from '../engine/model.ts';
import type { Rate } from '../task/model.ts';

export interface Workload {
  /** Where it came from, for the report. */
  readonly source: string;
  readonly queries: readonly NamedQuery[];
}

export interface NamedQuery {
  readonly name: string;
  /** Text with `:name` parameters. */
  readonly sql: string;
  readonly rate: Rate;
  /** The file gives no rate: once a second was assumed. */
  readonly rateAssumed?: boolean;
  /** Target of the 95th percentile, milliseconds. */
  readonly p95?: number;
  /** Calls per second that production counted, whatever the rate is here. */
  readonly counted?: number;
  /** Where a parameter's values come from; parameters that are not here are inferred from the column they meet. */
  readonly params: Readonly<Record<string, ParameterSource>>;
  /** Values that go together, a row per call: they win over where else the values of these parameters come from. */
  readonly sets?: { readonly names: readonly string[]; readonly rows: readonly (readonly unknown[])[] };
}

export type ParameterSource =
  | { readonly kind: 'values'; readonly values: readonly unknown[] }
  | { readonly kind: 'range'; readonly from: number; readonly to: number }
  | { readonly kind: 'column'; readonly table: string; readonly column: string }
  /** SQL expression over the call's number `n`. */
  | { readonly kind: 'expression'; readonly sql: string };

/** A query ready to run: positional text and drawn parameter sets. */
export interface PreparedQuery {
  readonly name: string;
  /** The statement; of a transaction all of them, to be read. */
  readonly sql: string;
  /** Statements of one transaction in order, begun and committed around them; absent for a single statement. */
  readonly statements?: readonly PreparedStatement[];
  /** One set per call, shared by the statements of a transaction. */
  readonly values: readonly (readonly unknown[])[];
  readonly rate: Rate;
  readonly kind: 'read' | 'write';
  /** Tables it names, as its text writes them. */
  readonly tables: readonly string[];
}

/** One statement of a call. */
export interface PreparedStatement {
  readonly sql: string;
  readonly kind: 'read' | 'write';
  readonly tables: readonly string[];
  /** Which of the call's values are its `$1`, `$2` …, from 0; all of them in order when absent. */
  readonly takes?: readonly number[];
}

/** Statements that are called as one transaction; equal parameter names are one value. */
export interface NamedTransaction extends Omit<NamedQuery, 'sql'> {
  readonly statements: readonly string[];
}

/** A query that cannot be run on the twin, and why. */
export interface ExcludedQuery {
  readonly name: string;
  readonly reason: string;
}

export interface LoadOptions {
  readonly url: string;
  /** Where the queries' names are looked up. */
  readonly names?: ConnectOptions['names'];
  readonly queries: readonly PreparedQuery[];
  readonly durationMs: number;
  /** Which declared rate. */
  readonly at: 'average' | 'peak';
  readonly seed: number;
  /** A call that takes longer is cancelled and counted as timed out. */
  readonly timeoutMs: number;
  /** Connections kept open, shared fairly among the queries; more calls than that wait in the queue, and their waiting counts. */
  readonly connections: number;
  /** Sessions refuse to write. */
  readonly readOnly?: boolean;
}

/** A load that is running beside something else. */
export interface RunningLoad {
  /** `performance.now()` at its beginning; the calls' times count from here. */
  readonly startedAt: number;
  /** Resolves when the declared duration is over. */
  readonly ended: Promise<void>;
  /** Ends the schedule, waits for calls under way, and returns the figures. */
  finish(): Promise<LoadResult>;
}

export interface LoadResult {
  readonly durationMs: number;
  /** 95th percentile of how late calls were given out, milliseconds: what our own process was slow by. */
  readonly lateMs?: number;
  readonly queries: readonly QueryFigures[];
}

/** Latencies are measured from the scheduled time of each call (open loop). */
export interface QueryFigures {
  readonly name: string;
  readonly scheduled: number;
  readonly completed: number;
  readonly failed: number;
  readonly timedOut: number;
  /** Messages of failures with their counts. */
  readonly errors: Readonly<Record<string, number>>;
  /** Failures by the server's error class, SQLSTATE; `other` for those that never reached it. */
  readonly states: Readonly<Record<string, number>>;
  /** Calls in the order they were scheduled: start (ms since the load began) and latency (ms). */
  readonly calls: readonly { readonly at: number; readonly ms: number; readonly ok: boolean }[];
}

/** A percentile and the interval that covers the true one with the wanted confidence; an end no sample can bound is infinite (high) or 0 (low). */
export interface Percentile {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Samples it rests on. */
  readonly n: number;
}
