/** What goes on in a running database right now, for those who are about to change it. */
import type { Session } from '../session/model.ts';

export interface Live {
  /** Read-only, within the rights of the session; what it may not see is named. */
  look(session: Session, options?: LookOptions): Promise<LiveFacts>;
}

export interface LookOptions {
  /** Tables the change touches, as `schema.name`: who holds or waits for locks on them is told. */
  readonly tables?: readonly string[];
}

export interface LiveFacts {
  readonly serverVersion: number;
  readonly standby: boolean;
  /** Longest first. */
  readonly transactions: readonly LiveTransaction[];
  /** Age in transactions of the oldest snapshot that holds cleaning up, and who holds it. */
  readonly oldestSnapshot?: { readonly age: number; readonly holder: string };
  readonly locks: readonly LiveLock[];
  readonly standbys: readonly LiveStandby[];
  readonly slots: readonly {
    readonly name: string;
    readonly active: boolean;
    readonly retainedBytes: number;
  }[];
  /** `schema.name` of indexes that a failed build left behind, or that is being built. */
  readonly invalidIndexes: readonly {
    readonly index: string;
    readonly table: string;
    readonly building: boolean;
  }[];
  /** Bytes of the tables of {@link LookOptions}, indexes and TOAST included. */
  readonly sizes: readonly {
    readonly table: string;
    readonly rows: number;
    readonly bytes: number;
    readonly indexBytes: number;
  }[];
  /** What could not be seen, each with the grant that would open it. */
  readonly unseen: readonly { readonly what: string; readonly grant: string }[];
}

export interface LiveTransaction {
  readonly pid: number;
  readonly role: string;
  readonly application: string;
  readonly state: string;
  /** Milliseconds since the transaction began. */
  readonly ms: number;
  readonly query?: string;
}

export interface LiveLock {
  readonly relation: string;
  readonly mode: string;
  readonly granted: boolean;
  readonly pid: number;
  readonly application: string;
  readonly ms: number;
}

export interface LiveStandby {
  readonly name: string;
  readonly state: string;
  readonly lagBytes: number;
  readonly lagMs?: number;
}
