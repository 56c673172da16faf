/** What `dbd tune` weighs and advises: nouns. */
import type { Name } from '../../catalog/model.ts';
import type { IndexWish } from '../../engine/model.ts';
import type { Basis } from '../../report/model.ts';

/** Everything that is asked of a database, with what it costs today. */
export interface Work {
  /** Where it came from, for the report. */
  readonly source: string;
  /** Heaviest first. */
  readonly queries: readonly WorkQuery[];
  /** Statements that cannot be planned or run, with their reason. */
  readonly unsupported: readonly {
    readonly name: string;
    readonly sql: string;
    readonly reason: string;
    readonly calls: number;
  }[];
  /** Rows written per day, per table. */
  readonly writes: readonly TableWrites[];
  /** What the figures rest on. */
  readonly limits: readonly string[];
}

export interface WorkQuery {
  readonly name: string;
  /** With `$n`. */
  readonly sql: string;
  readonly kind: 'read' | 'write';
  readonly tables: readonly string[];
  /** Sets of parameter values, common ones and skewed ones; shares of the calls add up to 1. Empty: only the generic plan can be told. */
  readonly sets: readonly ValueSet[];
  /** Where the values come from: of real calls, drawn from statistics, declared; `generic` when there are none. */
  readonly basis: 'known' | 'drawn' | 'declared' | 'generic';
  readonly callsPerDay: number;
  readonly callsBasis: Basis;
  /** Milliseconds of a call as production counted it. */
  readonly meanMs?: number;
  /** Access pattern of a task. */
  readonly claim?: string;
  /** Target of the 95th percentile, milliseconds. */
  readonly p95?: number;
  /** What is assumed of it, or why there are no values. */
  readonly told: readonly string[];
  /** Text as production counted it, where it differs. */
  readonly original?: string;
}

export interface ValueSet {
  readonly values: readonly unknown[];
  /** Share of the calls it stands for. */
  readonly share: number;
  /** `common`: values that many rows have; `skewed`: ones that are far from the usual; `call`: of a real call. */
  readonly kind: 'common' | 'skewed' | 'call';
}

export interface TableWrites {
  readonly table: Name;
  /** Rows per day. */
  readonly inserted: number;
  readonly updated: number;
  /** Updated rows that found room on their own page and touched no index. */
  readonly hotUpdated: number;
  readonly deleted: number;
  /** Columns that statements of the workload set, with the share of the updates. */
  readonly sets: readonly { readonly column: string; readonly share: number }[];
  readonly basis: Basis;
}

/** An index worth pricing. */
export interface IndexCandidate {
  /** Equal ones are the same index: `public.orders USING btree (user_id, created_at DESC)`. */
  readonly id: string;
  readonly wish: IndexWish;
  readonly method: string;
  /** Key columns and expressions in order, without direction and class. */
  readonly keys: readonly string[];
  readonly includes: readonly string[];
  readonly predicate?: string;
  /** Queries that asked for it, by name. */
  readonly serves: readonly string[];
  /** Why it was thought of: `equality then order`, `prefix of …`, `rows not deleted`. */
  readonly because: readonly string[];
}

/** An index that is there and may go. */
export interface DropCandidate {
  readonly index: Name;
  readonly table: Name;
  readonly bytes: number;
  /** `redundant`: another index does all of it; `unused`: no node of the cluster has used it for long enough. */
  readonly why: 'redundant' | 'unused';
  /** What the advice rests on, one sentence each, with dates and nodes. */
  readonly evidence: readonly string[];
  /** Of a redundant one: what does its work, of which one must stay or come: names of existing indexes, ids of candidates. Absent: nothing of it is asked. */
  readonly by?: readonly (
    | { readonly kind: 'index'; readonly index: Name }
    | { readonly kind: 'candidate'; readonly id: string }
  )[];
}

/** Columns whose joint statistics would change an estimate. */
export interface StatisticsCandidate {
  readonly table: Name;
  readonly columns: readonly string[];
  readonly serves: readonly string[];
  readonly because: string;
}

/** What one more index costs per day, before anything was built. */
export interface WriteEstimate {
  readonly candidate: string;
  /** Share of the time that writes of its table take today: 0.08 is 8 %. */
  readonly share: number;
  /** Milliseconds per day over all writes. */
  readonly msPerDay: number;
  /** Updates per day that would no longer be HOT. */
  readonly hotLost: number;
  readonly because: string;
}

export interface Budgets {
  /** Bytes that new indexes may take beyond what dropped ones free. */
  readonly bytes?: number;
  /** Share by which the time of writes may grow: 0.1 is 10 %. */
  readonly writes?: number;
}

/** The set of changes chosen by estimated cost. */
export interface Choice {
  readonly create: readonly ChosenIndex[];
  readonly drop: readonly DropCandidate[];
  readonly statistics: readonly ChosenStatistics[];
  readonly queries: readonly EstimatedQuery[];
  readonly bound: Bound;
  /** Best estimated cost by bytes, cheapest budget first. */
  readonly frontier: readonly {
    readonly bytes: number;
    readonly cost: number;
    readonly writes: number;
    readonly indexes: readonly string[];
  }[];
  /** Candidates that were left out, with the reason, heaviest first. */
  readonly leftOut: readonly { readonly candidate: string; readonly because: string }[];
  readonly limits: readonly string[];
}

export interface ChosenIndex {
  readonly candidate: IndexCandidate;
  /** Modelled. */
  readonly bytes: number;
  readonly assumed: readonly string[];
  readonly write: WriteEstimate;
  /** Estimated saving per query, weight × cost, largest first. */
  readonly gains: readonly { readonly query: string; readonly share: number }[];
}

export interface ChosenStatistics {
  readonly candidate: StatisticsCandidate;
  /** Estimated rows before and after, of the query it is for. */
  readonly before: number;
  readonly after: number;
  readonly assumed: readonly string[];
}

/** Estimated cost of a query, weighted over its sets of values. */
export interface EstimatedQuery {
  readonly name: string;
  /** Calls × time, as a share of the whole workload; shares add up to 1. */
  readonly weight: number;
  readonly before: number;
  readonly after: number;
  /** Indexes of the choice that its plans use. */
  readonly uses: readonly string[];
}

/** How good the choice is among what was priced: no more is claimed. */
export interface Bound {
  /** Estimated milliseconds per day of all queries, with what indexes add to writes: without any change, of the choice, and the floor for every choice among the candidates within the budgets. */
  readonly before: number;
  readonly chosen: number;
  readonly least: number;
  /** (chosen - least) ÷ least. */
  readonly gap: number;
  readonly candidates: number;
  /** Plans that were priced for it. */
  readonly calls: number;
  /** `solver`: the floor is the solver's; `search`: the choice was found by local search, the floor is that of a relaxation. */
  readonly by: 'solver' | 'search';
  /** `Within 0.3 % of the best estimated cost among 214 candidates.` */
  readonly says: string;
}
