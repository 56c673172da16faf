/** What a rehearsal is given, and what running a change on a twin showed. */
import type { StatementRun } from '../apply/model.ts';
import type { SqlError } from '../base/error.ts';
import type { Emit } from '../base/event.ts';
import type { Catalog, Difference } from '../catalog/model.ts';
import type { Engine } from '../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../sandbox/model.ts';
import type { ExcludedQuery, LoadResult, Workload } from '../workload/model.ts';
import type { NewVersionTrip } from './new-version/model.ts';
import type { Holder, NoStandby, StandbyFacts, StatementWait } from './bystanders/model.ts';

export type { StatementRun } from '../apply/model.ts';
export type * from './bystanders/model.ts';
export type * from './new-version/model.ts';

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
  /** What each statement did to those beside it, in their order. */
  readonly waits: readonly StatementWait[];
  /** Transactions that were open beside the change. */
  readonly holders: readonly Holder[];
  /** Undefined when none was asked for. */
  readonly standby?: StandbyFacts | NoStandby;
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

type ProtocolMode = 'simple' | 'extended' | 'prepared before';

/** A query tried in a phase: one of today in sessions prepared before the change, or one of the new version. */
export interface CompatibilityRun {
  readonly query: string;
  /** Absent for queries of today. */
  readonly version?: 'new';
  readonly phase: string;
  /** `pooled`: through a pooler that hands sessions out per transaction. */
  readonly mode: ProtocolMode | `pooled ${ProtocolMode}`;
  readonly ok: boolean;
  readonly error?: string;
}

export interface RehearsalOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  /** Filled twin of the current structure; nobody is connected to it, and it stays as it is. */
  readonly base: SandboxDatabase;
  readonly workload?: Workload;
  /** Queries of the new version of the application, which may need the new shape. */
  readonly workloadNew?: Workload;
  /** The application's queries are also tried through a pooler, where one is installed. */
  readonly pooler?: boolean;
  /** Also writes in the new shape before going back. */
  readonly newWrites?: boolean;
  /** Which declared rate the load runs at; default: average. */
  readonly rates?: 'average' | 'peak';
  /** Length of the load before the change, milliseconds. */
  readonly loadMs?: number;
  /** What else differs from `loadDefaults`; `false` leaves the run under load out. */
  readonly load?: Partial<LoadSettings> | false;
  /** Longest time one way may take, milliseconds; then it is cancelled and counts as failed. */
  readonly limitMs?: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly seed: number;
}

export interface ChangeRehearsal {
  /** The quiet run: locks, rewrites, scans, WAL and time of each statement. */
  readonly statements: readonly StatementRun[];
  readonly before: Catalog;
  /** After up; where up failed, after its failure. */
  readonly after: Catalog;
  /** Undefined when up or down failed, or no way back is known. */
  readonly roundTrip?: RoundTrip;
  readonly underLoad?: UnderLoad;
  /** The statements as they ran beside the load: attempts, tries and times; locks are not watched there. */
  readonly loadedStatements?: readonly StatementRun[];
  readonly compatibility: readonly CompatibilityRun[];
  /** The pooler that queries were also tried through; why there was none, where one was asked for. */
  readonly pooler?: { readonly title: string } | { readonly missing: string };
  /** Undefined where it was not asked for, or there is no way back. */
  readonly newVersion?: NewVersionTrip;
  readonly upFailed?: SqlError;
  readonly downFailed?: SqlError;
  readonly secondUpFailed?: SqlError;
  /** Up worked in quiet, but not beside the load: its locks were not granted, or it met the application's rows. */
  readonly loadFailed?: SqlError;
  /** What a failed up left behind. */
  readonly leftBehind: readonly Difference[];
}

export interface FilesRehearsal extends ChangeRehearsal {
  /** Statements that lead back, found by comparing the structures, when no down files were given; rows are not brought back by them. */
  readonly derivedDown?: readonly string[];
}

/** How the application's load beside the change is run. */
export interface LoadSettings {
  readonly at: 'average' | 'peak';
  readonly seed: number;
  /** Length of the load without the action. */
  readonly baselineMs: number;
  /** How long the reader's transaction stays open. */
  readonly readerMs: number;
  /** How long a session stays idle in a transaction that has touched the change's tables; 0 leaves it out. */
  readonly idleMs: number;
  /** A streaming standby with readers follows. */
  readonly standby: boolean;
  /** How long the standby waits for its readers before it cancels them. */
  readonly standbyDelayMs: number;
  /** A call that takes longer is cancelled. */
  readonly timeoutMs: number;
  readonly connections: number;
}
