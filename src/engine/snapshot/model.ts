/** What production tells about itself without a row: the snapshot, and how an engine takes it. */
import type { Catalog, Name } from '../../catalog/model.ts';
import type { Emit } from '../../base/event.ts';
import type { ProbeKind, Probes } from '../probes/model.ts';
import type { Session } from '../session/model.ts';

/** Structure, planner statistics, settings, roles, activity and workload of one database at one moment. */
export interface Snapshot {
  /** ISO time on the source's clock. */
  readonly takenAt: string;
  readonly source: SnapshotSource;
  readonly locale: DatabaseLocale;
  readonly settings: readonly SettingFact[];
  readonly catalog: Catalog;
  /** Relations, types and routines in the order in which they were made: plans of equal cost follow it. */
  readonly order: readonly MadeObject[];
  readonly roles: readonly RoleFact[];
  readonly relations: readonly RelationFigures[];
  readonly columns: readonly ColumnStatistics[];
  readonly extended: readonly ExtendedStatistics[];
  readonly sequences: readonly SequencePlace[];
  readonly activity: ServerActivity;
  readonly workload: CapturedWorkload;
  /** What was asked beyond the catalogs, each only when it was wanted. */
  readonly probes: Probes;
  /** What could not be seen, and what would open it. */
  readonly unseen: readonly Unseen[];
  /** Columns whose values were replaced before the file was written. */
  readonly masked: readonly MaskedColumn[];
}

export interface SnapshotSource {
  readonly engine: string;
  /** `16.14`. */
  readonly version: string;
  /** 160014. */
  readonly versionNumber: number;
  /** `PostgreSQL 16.14 on x86_64-pc-linux-gnu …` without host names. */
  readonly banner: string;
  readonly database: string;
  readonly how: 'connection' | 'script';
  /** Role that read, and what it is: `owner`, `pg_monitor` … */
  readonly role: {
    readonly name: string;
    readonly superuser: boolean;
    readonly memberOf: readonly string[];
  };
  readonly standby: boolean;
  readonly encoding: string;
  /** Bytes of a page. */
  readonly blockSize: number;
  /** Name of a managed service, when the server shows which one it is. */
  readonly service?: string;
}

export interface DatabaseLocale {
  readonly provider: 'libc' | 'icu' | 'builtin';
  readonly collate: string;
  readonly ctype: string;
  /** Locale of ICU or of the builtin provider. */
  readonly locale?: string;
  readonly rules?: string;
  /** Version that the provider had when the database was made. */
  readonly version?: string;
}

export interface SettingFact {
  readonly name: string;
  /** As `SHOW` prints it. */
  readonly value: string;
  /** `default`, `configuration file`, `database`, `role` … */
  readonly from: string;
  /** Set for one role (or for one role in this database) only. */
  readonly role?: string;
  /** It changes plans. */
  readonly planner: boolean;
}

export interface MadeObject extends Name {
  readonly kind: 'relation' | 'type' | 'routine' | 'constraint' | 'statistics';
  /** Arguments of a routine; table of a constraint. */
  readonly of?: string;
}

/** A role as others see it; never its password. */
export interface RoleFact {
  readonly name: string;
  readonly superuser: boolean;
  readonly inherit: boolean;
  readonly login: boolean;
  readonly bypassRowSecurity: boolean;
  readonly memberOf: readonly string[];
}

/** Figures of a table, an index, a materialised view or a TOAST table. */
export interface RelationFigures extends Name {
  readonly kind: 'table' | 'partitioned' | 'materialized' | 'foreign' | 'index' | 'partitioned index';
  /** Table of an index. */
  readonly table?: Name;
  /** Pages and rows as the last ANALYZE or VACUUM left them; rows are -1 where neither ever ran. */
  readonly pages: number;
  readonly rows: number;
  readonly allVisible: number;
  readonly allFrozen?: number;
  /** Bytes of the main file now, which the planner really multiplies by; undefined when it may not be seen. */
  readonly bytes?: number;
  /** Bytes of the TOAST table. */
  readonly toastBytes?: number;
  readonly index?: IndexFigures;
  readonly analyzedAt?: string;
  readonly vacuumedAt?: string;
  /** Rows changed since the last ANALYZE. */
  readonly changedSince?: number;
}

export interface IndexFigures {
  readonly method: string;
  /** Levels above the leaves of a b-tree: 0 for a single page. */
  readonly level?: number;
  /** Where it was read, or worked out from its size. */
  readonly levelBasis?: 'measured' | 'derived';
  /** Figures of the metapage that the planner reads: GIN's pages and entries, BRIN's pages per range and map pages. */
  readonly meta?: Readonly<Record<string, number>>;
}

/** A row of the planner's statistics, one per column and inheritance; values are array literals as the server prints them. */
export interface ColumnStatistics {
  /** Table, or index for the columns of its expressions. */
  readonly schema: string;
  readonly relation: string;
  readonly column: string;
  /** Position of the column, from 1; needed for indexes, whose column names repeat. */
  readonly position: number;
  /** They include the children of the table. */
  readonly inherited: boolean;
  readonly nullFraction: number;
  /** Bytes. */
  readonly averageWidth: number;
  /** Positive: the number; negative: its share of the rows. */
  readonly distinct: number;
  readonly commonValues?: string;
  readonly commonFrequencies?: readonly number[];
  readonly histogram?: string;
  readonly correlation?: number;
  readonly commonElements?: string;
  /** With the extra minimum, maximum and null share at their end. */
  readonly elementFrequencies?: readonly number[];
  readonly elementHistogram?: readonly number[];
  readonly rangeLengths?: string;
  readonly rangeEmptyFraction?: number;
  readonly rangeBounds?: string;
}

/** Statistics over several columns or expressions. */
export interface ExtendedStatistics extends Name {
  readonly table: Name;
  readonly inherited: boolean;
  /** The server's own text: `{"1, 2": 1000}`. */
  readonly distinct?: string;
  readonly dependencies?: string;
  readonly common?: {
    /** Rows of values, one text or null per column. */
    readonly values: readonly (readonly (string | null)[])[];
    readonly frequencies: readonly number[];
    readonly baseFrequencies: readonly number[];
  };
  /** One per expression, in order. */
  readonly expressions: readonly Omit<ColumnStatistics, 'schema' | 'relation' | 'column' | 'position'>[];
}

export interface SequencePlace extends Name {
  /** Undefined when it was never used or may not be read. */
  readonly last?: string;
}

/** What the server counted. */
export interface ServerActivity {
  /** ISO time since when; undefined when the counters were never reset and the server does not say when it began. */
  readonly since?: string;
  readonly tables: readonly TableActivity[];
  readonly indexes: readonly IndexActivity[];
  readonly database: Readonly<Record<string, number>>;
}

export interface TableActivity extends Name {
  readonly sequentialScans: number;
  readonly sequentialRows: number;
  readonly indexScans: number;
  readonly inserted: number;
  readonly updated: number;
  readonly hotUpdated: number;
  readonly deleted: number;
  readonly live: number;
  readonly dead: number;
}

export interface IndexActivity extends Name {
  readonly scans: number;
  /** ISO time; from 16. */
  readonly lastScan?: string;
}

/** Statements that the server counted, and real values of their parameters where a log gave them. */
export interface CapturedWorkload {
  /** Where it comes from, or why there is none. */
  readonly source: string;
  /** ISO time of the last reset. */
  readonly since?: string;
  readonly statements: readonly CapturedStatement[];
  /** All that the server counted for this database, taken or not. */
  readonly counted?: { readonly statements: number; readonly calls: number; readonly totalMs: number };
  /** Statements that the server dropped for want of space since then. */
  readonly dropped?: number;
}

export interface CapturedStatement {
  readonly id: string;
  readonly role?: string;
  /** With `$n` for constants and parameters. */
  readonly sql: string;
  readonly calls: number;
  readonly totalMs: number;
  readonly meanMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly deviationMs: number;
  readonly rows: number;
  /** Shared pages over all calls. */
  readonly hit: number;
  readonly read: number;
  readonly dirtied: number;
  readonly written: number;
  readonly tempRead: number;
  readonly tempWritten: number;
  readonly walBytes?: number;
  /** Text was cut off by the server, so that it cannot be run. */
  readonly cut: boolean;
  /** It ran inside a function or procedure, whose own call is counted beside it. */
  readonly nested?: boolean;
  /** Values of `$1`, `$2` … of real calls, as text; null is SQL's. */
  readonly samples: readonly (readonly (string | null)[])[];
}

/** Something the reading role may not see. */
export interface Unseen {
  /** `statistics of public.users`. */
  readonly what: string;
  readonly why: string;
  /** The statement that opens it, for somebody who may give it. */
  readonly grant?: string;
  /** What is missing on a twin because of it. */
  readonly means: string;
  /** What the planner of a twin sees otherwise because of it: `table public.users`, `routine public.near(point)`; absent when the figures themselves tell. */
  readonly notExact?: readonly string[];
}

export interface MaskedColumn {
  readonly schema: string;
  readonly relation: string;
  readonly column: string;
  /** Class that the task or comment declares, or `guessed from its name`. */
  readonly why: string;
  /** What a twin plans differently because of it; absent when nothing is known to differ. */
  readonly notExact?: string;
}

export interface CaptureOptions {
  readonly probes: readonly ProbeKind[];
  /** Longest time of one statement, milliseconds. */
  readonly statementMs: number;
  /** Only the busiest so many statements. */
  readonly statements: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** How an engine takes a snapshot. */
export interface Capture {
  /** Reads in one read-only transaction with timeouts; what the role cannot see is told in `unseen`. Throws `connect.*`, `snapshot.*`. */
  read(session: Session, options: CaptureOptions): Promise<Snapshot>;
  /** SQL for the database's own client whose output {@link fromScript} reads; the same for all versions. */
  script(options: Pick<CaptureOptions, 'probes' | 'statementMs' | 'statements'>): string;
  /** The snapshot that a script's output holds; throws `snapshot.invalid` when it is cut off or something else. */
  fromScript(text: string): Promise<Snapshot>;
}
