/** Stands between a foreign program and a sandbox database. */
import type { Name } from '../../catalog/model.ts';
import type { Seen, Watcher } from '../watch/model.ts';

/** Stands between a foreign program and a sandbox database and writes down what each of its statements did. */
export interface Recorder {
  /** Listens on 127.0.0.1 until closed; throws `connect.refused` when it cannot listen. */
  start(options: RecordOptions): Promise<RecordingProxy>;
}

export interface RecordOptions {
  /** Where the traffic goes, whatever user and database a client names: the unprivileged owner's URL. */
  readonly ownerUrl: string;
  /** Opened on the same database; the caller closes it after the proxy. */
  readonly watcher: Watcher;
  /** A statement that runs longer is cancelled; default five minutes. */
  readonly statementTimeoutMs?: number;
  /**
   * Called while no session is in a transaction, something was written since the last call, and a session is about to begin anew; all traffic waits for it.
   * What it throws is kept in `problems`.
   */
  readonly beforeTransaction?: (info: TransactionInfo) => Promise<void>;
  /**
   * Tables in which a migration tool notes what it has done. After a write to one inside a transaction the transaction is committed and a new one begun before
   * the next statement, so that tools which run all migrations in one transaction meet committed, filled tables. Without it transactions stay as they are.
   */
  readonly commitAfterWriteTo?: (table: Name) => boolean;
}

export interface TransactionInfo {
  /** Session number, from 1. */
  readonly session: number;
  /** Text of the statement that waits. */
  readonly sql: string;
}

export interface RecordingProxy {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** For the foreign program; holds a random password. */
  readonly url: string;
  /** Everything recorded so far, in the order the statements began. */
  statements(): readonly Recorded[];
  activity(): Activity;
  /** Cancels what runs, ends all sessions and the listener; safe to call twice. */
  close(): Promise<void>;
}

export interface Activity {
  /** Sessions that were let in so far. */
  readonly connections: number;
  /** Statements that the server is working on. */
  readonly running: number;
  /** Milliseconds since anything was sent or received; 0 while a statement runs or rows are being made. */
  readonly idleMs: number;
  /** Text of the statement that was sent last. */
  readonly last?: string;
  /** Transactions that were committed in their middle for `commitAfterWriteTo`. */
  readonly splits: number;
  /** What `beforeTransaction` or the watcher threw. */
  readonly problems: readonly string[];
}

/** One statement of a foreign program and what it did. */
export interface Recorded extends Seen {
  readonly sql: string;
  /** Kind of its parse tree's node; undefined when it does not parse as one statement. */
  readonly kind?: string;
  /** Session number, from 1. */
  readonly session: number;
  /** `application_name` the session began with. */
  readonly application?: string;
  /** Transaction number within the session; undefined for a statement that was its own transaction. */
  readonly transaction?: number;
  /** Milliseconds since the proxy began. */
  readonly at: number;
  /** Milliseconds in the server, without the watching. */
  readonly ms: number;
  /** Rows returned or affected. */
  readonly rows?: number;
  /** Parameters of an INSERT that are short texts, null for others; not for reports. */
  readonly values?: readonly (string | null)[];
  /** Its transaction ended with it, so locks were sampled while it ran. */
  readonly sampled: boolean;
  /** The proxy refused it; the server never saw it. */
  readonly refused?: boolean;
  readonly error?: { readonly message: string; readonly sqlstate: string; readonly detail?: string };
}
