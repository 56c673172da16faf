/** What goes on in a running database right now, for those who are about to change it. */
import type { StatementFacts } from '../facts/model.ts';
import type { Statement } from '../grammar/model.ts';
import type { Session } from '../session/model.ts';

export interface Live {
  /** Read-only, within the rights of the session, in short transactions of its own; what it may not see is named. */
  look(session: Session, options?: LookOptions): Promise<LiveFacts>;
  /** Whether one session has to wait for a lock while another holds one: modes as {@link LiveLock.mode} writes them. */
  conflicts(wanted: string, held: string): boolean;
  /** The statement waits until every snapshot of its database that is older than its own is gone. */
  waitsForSnapshots(statement: Statement): boolean;
  /** Disk space that a statement needs beside what is there, from the sizes of today; undefined when it needs none worth telling. */
  space(
    statement: Statement,
    facts: StatementFacts | undefined,
    sizes: readonly LiveSize[],
  ): { readonly bytes: number; readonly why: string } | undefined;
}

export interface LookOptions {
  /** Tables the change touches, as `schema.name`: locks, sizes, dead rows, indexes and sequences of theirs are told. */
  readonly tables?: readonly string[];
}

export interface LiveFacts {
  readonly serverVersion: number;
  readonly standby: boolean;
  readonly identity: LiveIdentity;
  /** Open transactions of the server that are not ours, longest first. */
  readonly transactions: readonly LiveTransaction[];
  /** Age in transactions of the oldest snapshot that holds cleaning up, and who holds it. */
  readonly oldestSnapshot?: { readonly age: number; readonly holder: string };
  /** Everybody who holds back cleaning up, oldest first. */
  readonly holders: readonly SnapshotHolder[];
  /** Locks on the tables of {@link LookOptions}, held or waited for. */
  readonly locks: readonly LiveLock[];
  readonly standbys: readonly LiveStandby[];
  readonly slots: readonly LiveSlot[];
  /** `schema.name` of indexes that a failed build left behind, or that is being built. */
  readonly invalidIndexes: readonly {
    readonly index: string;
    readonly table: string;
    readonly building: boolean;
  }[];
  /** Bytes of the tables of {@link LookOptions}, indexes and TOAST included. */
  readonly sizes: readonly LiveSize[];
  readonly sequences: readonly LiveSequence[];
  /** Ages of the oldest unfrozen rows, of the database and of the tables of {@link LookOptions}. */
  readonly wraparound: readonly { readonly what: string; readonly age: number; readonly share: number }[];
  readonly vacuums: LiveVacuums;
  /** Settings that decide how a change goes, as the server gives them to this session. */
  readonly settings: Readonly<Record<string, string>>;
  readonly archive?: { readonly lastFailedMs?: number; readonly failing: boolean; readonly waiting?: number };
  /** Known faults of this very version. */
  readonly warnings: readonly string[];
  /** What could not be seen, each with the grant that would open it, or what else would. */
  readonly unseen: readonly { readonly what: string; readonly grant: string }[];
}

/** Which database it was, and when. */
export interface LiveIdentity {
  readonly database: string;
  readonly role: string;
  /** Version as the server prints it. */
  readonly version: string;
  /** ISO time of the server's clock. */
  readonly at: string;
  /** Number that stays with a server and its standbys. */
  readonly system?: string;
  /** Position of the log: written, or replayed on a standby. */
  readonly lsn?: string;
  /** Milliseconds since the last replayed commit; on a standby only, and large where nobody writes. */
  readonly replayMs?: number;
}

export interface LiveTransaction {
  readonly pid: number;
  readonly role: string;
  readonly application: string;
  readonly state: string;
  readonly database: string;
  /** `client backend`, `autovacuum worker`, `prepared transaction` … */
  readonly kind: string;
  /** Milliseconds since the transaction began. */
  readonly ms: number;
  /** It holds a snapshot: a concurrent index build in the same database waits for it. */
  readonly snapshot: boolean;
  readonly query?: string;
}

export interface SnapshotHolder {
  readonly kind: 'session' | 'prepared transaction' | 'slot' | 'standby';
  readonly name: string;
  /** Age in transactions. */
  readonly age: number;
}

export interface LiveLock {
  readonly relation: string;
  readonly mode: string;
  readonly granted: boolean;
  readonly pid: number;
  readonly application: string;
  /** Milliseconds that it has been waited for, or that its transaction is open. */
  readonly ms: number;
  /** Sessions that it waits for. */
  readonly behind: readonly number[];
}

export interface LiveStandby {
  readonly name: string;
  readonly state: string;
  readonly lagBytes: number;
  readonly lagMs?: number;
}

export interface LiveSlot {
  readonly name: string;
  readonly active: boolean;
  readonly retainedBytes: number;
  /** `reserved`, `extended`, `unreserved`, `lost`. */
  readonly walStatus?: string;
}

export interface LiveSize {
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
  readonly indexBytes: number;
  /** Dead rows as the server counts them. */
  readonly deadRows: number;
  /** The length of its files could not be read, since somebody holds the table: the figure of the last ANALYZE. */
  readonly estimated?: true;
}

export interface LiveSequence {
  readonly sequence: string;
  readonly last: number;
  readonly max: number;
  /** 0 to 1: how much of its numbers is used. */
  readonly share: number;
}

/** Cleaning up: what runs, and which of the tables it does not reach. */
export interface LiveVacuums {
  readonly running: readonly {
    readonly pid: number;
    readonly table: string;
    readonly ms: number;
    readonly waiting: boolean;
    /** Against wraparound: it does not give way to a lock. */
    readonly urgent: boolean;
  }[];
  readonly workers: number;
  /** Tables of {@link LookOptions} for which it is switched off. */
  readonly off: readonly string[];
}
