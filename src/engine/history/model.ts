/** What a runner keeps in the database that it changes, and what it asks there while it does. */
import type { Name } from '../../catalog/model.ts';
import type { Statement } from '../grammar/model.ts';
import type { Batch } from '../online/model.ts';
import type { Session } from '../session/model.ts';

export interface History {
  /** What kind of place the session is in; read-only. */
  target(session: Session): Promise<TargetFacts>;
  /** Whether the address leads through a pooler, and whether that hands out other connections between transactions; opens a second session for it. */
  pooled(session: Session, again: () => Promise<Session>): Promise<Pooling>;
  /** Sets everything that could make the same statement mean something else in another session, and returns what was set. */
  pin(session: Session, pinned: PinOptions): Promise<Readonly<Record<string, string>>>;
  /** Takes the lock of all runners of this history, which ends with its session; false when another session has it. */
  hold(session: Session, schema: string): Promise<boolean>;
  release(session: Session, schema: string): Promise<void>;
  /** Who has that lock. */
  holder(session: Session, schema: string): Promise<Holder | undefined>;
  /** Makes the tables where they are missing; the session holds the lock. Throws `runner.rights`. */
  install(session: Session, schema: string): Promise<void>;
  /** Everything that was noted, oldest first; undefined where there are no tables. Throws `runner.rights`. */
  read(session: Session, schema: string): Promise<readonly StoredEvent[] | undefined>;
  /** Notes an event; in the session's open transaction, if it has one. */
  add(session: Session, schema: string, event: HistoryEvent): Promise<void>;
  /** Notes how far a backfill has come; in the session's open transaction, if it has one. */
  saveProgress(session: Session, schema: string, progress: Progress): Promise<void>;
  progress(session: Session, schema: string): Promise<readonly StoredProgress[]>;
  /** What a statement that runs outside transactions has left behind, judged by the state of what it makes or drops. */
  aftermath(session: Session, statement: Statement): Promise<Aftermath>;
  /** Who makes the session with this pid wait, and how many sessions wait for it, directly or behind others. */
  waits(session: Session, pid: number): Promise<Waits>;
  /** Figures that limits are compared with, as far as the session may see them; transactions of the process `runner` do not count. */
  pressure(session: Session, table?: Name, runner?: number): Promise<Pressure>;
  /** Who still uses columns and tables, as far as the session may see it. */
  usage(session: Session, shapes: readonly OldShape[]): Promise<Usage>;
  saveUsage(session: Session, schema: string, change: string, usage: Usage): Promise<void>;
  usages(session: Session, schema: string, change: string): Promise<readonly StoredUsage[]>;
  /** One batch of a backfill. */
  readonly batch: BatchSql;
}

export interface TargetFacts {
  readonly database: string;
  readonly role: string;
  readonly superuser: boolean;
  /** The role may make schemas in this database. */
  readonly creates: boolean;
  readonly standby: boolean;
  readonly readOnly: boolean;
  /** `PostgreSQL 18.4`. */
  readonly server: string;
  /** Milliseconds after which the server looks for deadlocks. */
  readonly deadlockMs: number;
}

/** `switching`: two transactions of one session may run in different server sessions, so nothing that belongs to a session can be relied on. */
export type Pooling = 'direct' | 'session' | 'switching';

export interface PinOptions {
  /** Role to become. */
  readonly role?: string;
  /** Text of `search_path`; that of the database with `public` first when absent. */
  readonly searchPath?: string;
}

export interface Holder {
  readonly pid: number;
  readonly role?: string;
  readonly application?: string;
  /** Machine, as its runner noted it, or the address it comes from. */
  readonly host?: string;
  /** ISO time. */
  readonly since?: string;
}

/** `run`: a runner began. `begun`, `complete`, `reversed`: of a whole change. `intent`: a step is about to run outside transactions. `structure`: the fingerprint of the database. */
export type EventKind =
  | 'run'
  | 'begun'
  | 'intent'
  | 'done'
  | 'failed'
  | 'undoing'
  | 'undone'
  | 'cleared'
  | 'complete'
  | 'reversed'
  | 'baseline'
  | 'forgotten'
  | 'forced'
  | 'structure';

export interface HistoryEvent {
  readonly run: string;
  readonly kind: EventKind;
  /** Id of the change; empty for a whole run. */
  readonly change: string;
  /** Hash of the change's files upward. */
  readonly hash: string;
  /** `01-expand` and `c1`. */
  readonly phase?: string;
  readonly step?: string;
  readonly stepHash?: string;
  readonly attempts?: number;
  readonly ms?: number;
  readonly note?: string;
  /** Hash of each object of the structure. */
  readonly structure?: Readonly<Record<string, string>>;
  readonly host: string;
  readonly dbd: string;
}

export interface StoredEvent extends HistoryEvent {
  readonly id: number;
  /** ISO time of the server. */
  readonly at: string;
  readonly role: string;
  readonly pid: number;
  readonly server: string;
}

export interface Progress {
  readonly change: string;
  readonly step: string;
  readonly stepHash: string;
  /** Key values as text of the last row that is done; undefined at the start. */
  readonly watermark?: readonly string[];
  /** The last key there was at the start. */
  readonly end?: readonly string[];
  readonly rows: number;
  readonly batches: number;
  readonly size: number;
  /** Ranges of keys, after the first and up to the second, in which rows were left out since others held them. */
  readonly again: readonly KeyRange[];
  readonly done: boolean;
}

export interface StoredProgress extends Progress {
  readonly at: string;
}

export interface KeyRange {
  readonly after?: readonly string[];
  readonly upTo: readonly string[];
}

/** `repeatable`: running it again is right whatever happened. `unknown`: nobody can tell from outside. */
export interface Aftermath {
  readonly state: 'done' | 'not done' | 'half' | 'repeatable' | 'unknown' | 'under way';
  /** What was found, in one sentence. */
  readonly found: string;
  /** Statements, each outside transactions, that take away what is half built. */
  readonly mend: readonly string[];
}

export interface Waits {
  readonly blockers: readonly Blocker[];
  readonly waiting: number;
}

export interface Blocker {
  readonly pid: number;
  readonly role?: string;
  readonly application?: string;
  readonly state?: string;
  readonly host?: string;
  /** ISO time at which its transaction began. */
  readonly since?: string;
  /** `schema.relation` and mode of what it holds. */
  readonly holds: readonly string[];
}

export interface Pressure {
  /** Seconds-free clock of the reading, milliseconds. */
  readonly at: number;
  /** Bytes of log written since the server was made. */
  readonly walBytes: number;
  readonly lagBytes?: number;
  readonly lagMs?: number;
  /** Rows of the table that are dead, and all. */
  readonly dead?: number;
  readonly live?: number;
  /** Age of the oldest transaction of other sessions, milliseconds, and its pid. */
  readonly oldest?: { readonly ms: number; readonly pid: number; readonly application?: string };
  /** What this session may not see, with the grant that would open it. */
  readonly unseen: readonly { readonly what: string; readonly grant: string }[];
}

/** A table, or one of its columns, that a change takes away. */
export interface OldShape {
  readonly table: Name;
  readonly column?: string;
}

export interface Usage {
  /** Statements that name an old shape, with their calls so far. */
  readonly statements: readonly UsedStatement[];
  /** Sessions whose latest statement names one, with the ISO time at which it began. */
  readonly sessions: readonly {
    readonly role: string;
    readonly application: string;
    readonly sql: string;
    readonly since: string;
  }[];
  /** Reads and writes of tables that go away as a whole, so far. */
  readonly tables: readonly { readonly table: string; readonly uses: number }[];
  /** ISO time since which the counters count. */
  readonly countsSince?: string;
  readonly unseen: readonly { readonly what: string; readonly grant: string }[];
}

export interface UsedStatement {
  readonly id: string;
  readonly role: string;
  readonly calls: number;
  readonly sql: string;
}

export interface StoredUsage extends Usage {
  readonly at: string;
}

/** Texts that walk along a key; values of keys are text and are cast by the server. */
export interface BatchSql {
  /** Types of the key's columns; throws `runner.unclear` when the table or a column is missing. */
  types(session: Session, batch: Batch): Promise<readonly string[]>;
  /** The last key there is: one row, or none of an empty table; columns are `k1`, `k2` …. */
  last(walk: KeyWalk): string;
  /** The key of the `size`-th row after the watermark, or the last one before the end. */
  upper(walk: KeyWalk, after: readonly string[] | undefined, end: readonly string[], size: number): BatchText;
  /** Changes the rows of a range. `free`: only those that nobody else holds. */
  change(walk: KeyWalk, range: KeyRange, how: 'all' | 'free'): BatchText;
  /** Whether a row is left that still needs it: one row, or none; undefined when only the statement itself knows. */
  left(walk: KeyWalk): string | undefined;
  /** Begins the transaction of one batch. */
  begin(batch: Batch, limits: { readonly lockMs: number; readonly statementMs: number }): string;
  /** Frees the room of dead rows; runs outside transactions. */
  vacuum(batch: Batch): string;
  /** The batch gave way to others and may be tried again, smaller. */
  gaveWay(error: unknown): boolean;
}

export interface KeyWalk {
  readonly batch: Batch;
  readonly types: readonly string[];
}

export interface BatchText {
  readonly sql: string;
  readonly values: readonly unknown[];
}
