/** What a statement really does, seen from outside, and how long it waits. */

/** Sees what a statement really does, from outside the session that runs it. */
export interface Watch {
  /** Opens a watcher on a sandbox database; `adminUrl` is a superuser's. */
  open(adminUrl: string, serverLog: string): Promise<Watcher>;
}

export interface Watcher {
  /** State before a statement of the session with this pid. */
  before(pid: number): Promise<Mark>;
  /** What happened since the mark, read while the session's transaction is still open. */
  after(pid: number, mark: Mark): Promise<Seen>;
  /** Tables whose storage changed since the mark and is committed; finds rewrites that the server does not tell before the commit (TRUNCATE, CLUSTER, REFRESH). */
  rewritten(mark: Mark): Promise<readonly string[]>;
  /** Samples the locks of a session that runs outside a transaction until stopped. */
  sample(pid: number, everyMs: number): Promise<{ stop(): Promise<readonly HeldLock[]> }>;
  close(): Promise<void>;
}

/** Opaque state between `before` and `after`. */
export interface Mark {
  readonly at: number;
  readonly state: unknown;
}

export interface HeldLock {
  /** `schema.relation`. */
  readonly relation: string;
  /** `ACCESS EXCLUSIVE`, `SHARE UPDATE EXCLUSIVE` … */
  readonly mode: string;
}

export interface Seen {
  /** Locks held on user relations at the statement's end, strongest per relation, catalogs left out. */
  readonly locks: readonly HeldLock[];
  /** Tables that got new storage, by file node and DEBUG1 message. */
  readonly rewrites: readonly string[];
  /** Full reads: `public.users verified`, `index i built on t`, `foreign key f validated`. */
  readonly scans: readonly string[];
  /** Proofs that let the server skip a scan. */
  readonly skipped: readonly string[];
  readonly walBytes: number;
}

/** How long a statement waits for a lock. */
export interface Locking {
  /** Statement that limits the wait, 0 for no limit; for the open transaction or for the session. */
  limit(ms: number, scope: 'transaction' | 'session'): string;
  /** Statement that limits how long each statement may take, 0 for no limit; for the open transaction or for the session. */
  longest(ms: number, scope: 'transaction' | 'session'): string;
  /** The error says that a lock was not granted in time (or that a deadlock was broken), so trying again makes sense. */
  retryable(error: unknown): boolean;
  /** Milliseconds to which a statement of the user's own text limits the waits after it, 0 for none; undefined when it says nothing of them. */
  limitIn(sql: string): number | undefined;
  /** Whether two modes of locks on one relation exclude each other, named as {@link HeldLock} names them. */
  conflict(one: string, other: string): boolean;
}
