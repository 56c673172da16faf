/** What is looked for in a database that runs, one rule at a time. */
import type { Name, Table } from '../../catalog/model.ts';
import type { Quote } from '../../engine/grammar/model.ts';
import type {
  Density,
  HealthCounters,
  HealthPart,
  HealthSql,
  IndexUses,
  LaidTable,
  Layout,
  ServerHealth,
} from '../../engine/health/model.ts';
import type { ColumnStatistics, Snapshot, TableActivity } from '../../engine/snapshot/model.ts';
import type { Severity } from '../../report/model.ts';
import type { Subject } from '../model.ts';

export interface HealthRule {
  /** Noun phrase for what is found: `unused-index`. */
  readonly id: string;
  readonly group: HealthGroup;
  /** How much it matters unless the team says otherwise; an offence may say its own. */
  readonly severity: Severity;
  /** What is found, for the list of rules. */
  readonly finds: string;
  readonly because: string;
  readonly instead: string;
  /** From which figure on, and why from there. */
  readonly threshold: string;
  /** What it cannot do without; a rule whose needs could not be seen has no verdict. */
  readonly needs: readonly HealthNeed[];
  find(subject: HealthSubject): readonly HealthOffence[];
}

export type HealthGroup =
  | 'indexes'
  | 'tables'
  | 'types'
  | 'partitions'
  | 'cleaning'
  | 'sessions'
  | 'replication'
  | 'server'
  | 'rights';

/** A part of what a server shows, or what a snapshot holds: statistics of columns, counters of tables and since when they count, statements. */
export type HealthNeed = HealthPart | 'statistics' | 'since' | 'statements';

export interface HealthOffence {
  /** `public.users`, `public.users.email`, `public.users index users_email_idx`, `session 4711`, `setting fsync`, `server`. */
  readonly object: string;
  /** With the figures that it rests on. */
  readonly message: string;
  /** Ready-to-run SQL, statements separated by `;`. */
  readonly fix?: string;
  readonly severity?: Severity;
}

/** Everything that is known of a database. */
export interface HealthFacts {
  /** Structure, statistics, counters and statements. */
  readonly snapshot: Snapshot;
  /** Why the snapshot is empty, though the server was looked at. */
  readonly unread?: string;
  /** What the running server shows; absent where a file is all there is. */
  readonly server?: ServerHealth;
  /** The counters once more, some seconds later. */
  readonly later?: HealthCounters;
  /** What the pages of large tables and indexes hold, where the server has an extension that reads them. */
  readonly densities?: readonly Density[];
  /** Use of indexes on the other nodes. */
  readonly nodes: readonly NodeUses[];
}

/** Another node of the cluster, by an address without user and password. */
export interface NodeUses extends IndexUses {
  readonly node: string;
}

/** What rules look at. */
export interface HealthSubject extends HealthFacts {
  /** For the rules about structure alone. */
  readonly structure: Subject;
  /** Tables with rows of their own, partitions among them; schemas that the team leaves alone are left out. */
  readonly tables: readonly Table[];
  readonly quote: Quote;
  readonly sql: HealthSql;
  readonly layout: Layout;
  readonly limits: HealthLimits;
  /** Milliseconds since 1970 at which the facts were read, on the server's clock. */
  readonly now: number;
  /** Days for which the counters count; undefined when nobody knows. */
  readonly days?: number;
  /** Rows of a table or an index as last estimated; 0 when nobody ever counted. */
  readonly rows: (name: Name) => number;
  /** Bytes of a table's or index's own file. */
  readonly bytes: (name: Name) => number;
  readonly toast: (name: Name) => number;
  readonly activity: (name: Name) => TableActivity | undefined;
  readonly statistics: (table: Name, column: string) => ColumnStatistics | undefined;
  /** Table with its statistics, for the layout. */
  readonly laid: (table: Table) => LaidTable;
  readonly uses: (index: Name) => IndexUse;
}

/** Use of an index on all nodes that were asked. */
export interface IndexUse {
  readonly scans: number;
  /** Milliseconds since 1970; undefined when never, or when the server does not tell. */
  readonly lastScan?: number;
  /** Days for which every node has counted; undefined when one of them does not tell. */
  readonly days?: number;
  /** Nodes, the first one included. */
  readonly nodes: number;
}

/** From where on something counts; pairs are warning and error. */
export interface HealthLimits {
  /** Tables below are read and written in a moment. */
  readonly smallRows: number;
  readonly manyRows: number;
  /** Files below are not worth a finding about their size. */
  readonly smallBytes: number;
  readonly largeBytes: number;
  /** Days for which counters must have counted before "never" means something. */
  readonly quietDays: number;
  /** Milliseconds in all from which on a statement may dominate. */
  readonly dominantMs: number;
  /** Seconds. */
  readonly idleInTransaction: Pair;
  readonly transaction: Pair;
  readonly statement: Pair;
  readonly blocked: Pair;
  readonly prepared: Pair;
  /** Shares, 0 to 1. */
  readonly connections: Pair;
  readonly wraparound: Pair;
  readonly overFreeze: Pair;
  readonly dead: Pair;
  readonly stale: Pair;
  readonly bloat: Pair;
  readonly sequence: Pair;
  readonly requestedCheckpoints: Pair;
  /** Transactions. */
  readonly snapshotAge: Pair;
  /** Bytes. */
  readonly replicaLag: Pair;
  readonly slotBytes: Pair;
  /** Milliseconds. */
  readonly replicaDelay: Pair;
  /** Files. */
  readonly archiveQueue: Pair;
  /** Times max_wal_size. */
  readonly walFolder: Pair;
  /** Bytes per hour. */
  readonly temporary: Pair;
  /** Errors. */
  readonly subscriptionErrors: Pair;
}

/** From here on a warning, from there on an error. */
export type Pair = readonly [warning: number, error: number];
