/** What a running server says about its own health, and the words with which that is mended. */
import type { Catalog, Index, Name, Table } from '../../catalog/model.ts';
import type { LiveSlot, LiveStandby, SnapshotHolder } from '../live/model.ts';
import type { Session } from '../session/model.ts';
import type { ColumnStatistics } from '../snapshot/model.ts';

export interface Health {
  /** Read-only, in short transactions of its own, within the rights of the session; a standby and a pooler are good enough. Throws `connect.lost`. */
  look(session: Session): Promise<ServerHealth>;
  /** The counters alone, for a second look. Throws `connect.lost`. */
  count(session: Session): Promise<HealthCounters>;
  /** How often each index was used on one node of a cluster, and since when it counts. Throws `connect.lost`, `SqlError`. */
  uses(session: Session): Promise<IndexUses>;
  /** Sizes by the pages themselves, where the server has the extension for it and it takes no longer than the limit; absent for the others. Throws `connect.lost`. */
  density(
    session: Session,
    relations: readonly (Name & { readonly kind: 'table' | 'index' })[],
  ): Promise<readonly Density[]>;
  readonly sql: HealthSql;
  readonly layout: Layout;
}

/** A part of what is looked at; a rule that needs one which could not be seen has no verdict. */
export type HealthPart =
  | 'sessions'
  | 'holders'
  | 'replication'
  | 'slots'
  | 'archive'
  | 'counters'
  | 'ages'
  | 'settings'
  | 'locales'
  | 'extensions'
  | 'subscriptions'
  | 'wal'
  | 'rate';

/** What a server shows of itself at one moment. */
export interface ServerHealth {
  /** ISO time of the server's clock. */
  readonly at: string;
  readonly startedAt: string;
  /** `18.4`, and 180004. */
  readonly version: string;
  readonly versionNumber: number;
  readonly database: string;
  readonly standby: boolean;
  readonly sessions: readonly HealthSession[];
  /** Sessions of applications, and how many there may be without the reserved ones. */
  readonly connections: { readonly used: number; readonly limit: number };
  readonly prepared: readonly PreparedTransaction[];
  /** Everybody who holds back cleaning up, oldest first. */
  readonly holders: readonly SnapshotHolder[];
  readonly standbys: readonly LiveStandby[];
  /** Names of standbys that commits wait for and that are not there. */
  readonly missingStandbys: number;
  readonly slots: readonly LiveSlot[];
  readonly archive?: { readonly failing: boolean; readonly lastFailedMs?: number; readonly waiting?: number };
  readonly counters: HealthCounters;
  /** ISO time since when counters count at the latest. */
  readonly countedSince?: string;
  readonly ages: Ages;
  /** Every setting that is looked at, in the unit's own words, and what it would be without anybody's choice. */
  readonly settings: readonly HealthSetting[];
  readonly locales: readonly LocaleVersion[];
  readonly extensions: readonly HealthExtension[];
  readonly subscriptions: readonly {
    readonly name: string;
    readonly applyErrors: number;
    readonly syncErrors: number;
  }[];
  /** Bytes of the log's folder. */
  readonly walBytes?: number;
  /** `schema.name` of indexes that are being built. */
  readonly building: readonly string[];
  readonly unseen: readonly UnseenPart[];
}

/** Something that the role may not see, or that the server does not tell here. */
export interface UnseenPart {
  readonly parts: readonly HealthPart[];
  readonly what: string;
  /** The statement that opens it, or what else would. */
  readonly grant: string;
}

export interface HealthSession {
  readonly pid: number;
  readonly role: string;
  readonly application: string;
  readonly database: string;
  readonly state: string;
  readonly kind: string;
  /** It is connected to the database that is looked at. */
  readonly here: boolean;
  /** Seconds since its transaction, its statement and its state began. */
  readonly transaction?: number;
  readonly statement?: number;
  readonly idle?: number;
  /** Processes whose locks it waits for. */
  readonly behind: readonly number[];
  /** It comes over the network from elsewhere. */
  readonly remote: boolean;
  readonly encrypted?: boolean;
}

export interface PreparedTransaction {
  readonly id: string;
  readonly owner: string;
  readonly database: string;
  readonly here: boolean;
  readonly seconds: number;
}

/** Counters of the database and of the server; two of them make a rate. */
export interface HealthCounters {
  /** Seconds on the server's clock. */
  readonly at: number;
  readonly commits: number;
  readonly rollbacks: number;
  /** Pages found in memory, and those that were not. */
  readonly hit: number;
  readonly read: number;
  readonly deadlocks: number;
  readonly temporaryFiles: number;
  readonly temporaryBytes: number;
  readonly checksumFailures?: number;
  readonly timedCheckpoints?: number;
  readonly requestedCheckpoints?: number;
  /** Bytes of log written. */
  readonly logged?: number;
}

/** Ages in transactions, and in row locks shared by several (`multi`). */
export interface Ages {
  readonly database: { readonly age: number; readonly multi: number };
  /** Databases of the server, the oldest first. */
  readonly databases: readonly { readonly name: string; readonly age: number; readonly multi: number }[];
  /** Tables of this database, the oldest first; a few. */
  readonly tables: readonly (Name & { readonly age: number; readonly multi: number })[];
  /** Age at which the server cleans up whatever is switched off. */
  readonly freezeAt: number;
  /** Age at which it takes no more transactions. */
  readonly last: number;
}

export interface HealthSetting {
  readonly name: string;
  /** As it is printed, with its unit. */
  readonly value: string;
  /** As a number of bytes, milliseconds or plain, where it is one. */
  readonly number?: number;
  /** `default`, `configuration file`, `database` … */
  readonly from: string;
  /** It was changed and waits for the server's next start. */
  readonly waiting: boolean;
}

export interface LocaleVersion {
  /** `database shop`, `collation public."de"`. */
  readonly what: string;
  readonly stored: string;
  readonly actual: string;
  /** Statement that takes the version over once indexes are built anew. */
  readonly refresh: string;
}

export interface HealthExtension {
  readonly name: string;
  readonly schema: string;
  readonly installed: string;
  readonly available: string;
}

/** Use of indexes on one node. */
export interface IndexUses {
  /** Identity that differs from node to node; `host:port/database` without user and password is added by who asks. */
  readonly standby: boolean;
  /** Number that a server and its standbys share; undefined where it may not be read. */
  readonly system?: string;
  /** ISO time since when it counts; undefined when the server does not tell. */
  readonly since?: string;
  readonly indexes: readonly (Name & { readonly scans: number; readonly lastScan?: string })[];
}

/** What the pages of a relation hold. */
export interface Density extends Name {
  readonly kind: 'table' | 'index';
  readonly bytes: number;
  /** Share of the bytes that holds nothing. */
  readonly free: number;
  /** Share that rows nobody sees any more take. */
  readonly dead: number;
  readonly how: string;
}

/** Statements that mend, in the server's words and quoted. */
export interface HealthSql {
  endSession(pid: number): string;
  rollbackPrepared(id: string): string;
  dropSlot(name: string): string;
  /** Gives a setting back to its default, or sets it, for the server; `restart` where it needs one. */
  setting(name: string, value?: string): string;
  /** Freezes the rows of a table. */
  freeze(table: Name): string;
  clean(table: Name): string;
  count(table: Name): string;
  /** Builds an index anew without holding up writers. */
  rebuildIndex(index: Name): string;
  /** Builds all indexes of the database anew without holding up writers. */
  rebuildDatabase(name: string): string;
  updateExtension(name: string): string;
}

/** How rows and entries lie in pages, worked out from structure and statistics. */
export interface Layout {
  /** What the rows of a table take; undefined when nothing is known of a column. */
  rows(facts: LaidTable): LaidRows | undefined;
  /** An order of the columns that leaves the fewest gaps, with what rows take then; undefined like {@link Layout.rows}. */
  reordered(facts: LaidTable): (LaidRows & { readonly columns: readonly string[] }) | undefined;
  /** Bytes of an index as a build would make it; undefined for other methods than b-trees, expressions, and columns without statistics. */
  index(facts: LaidTable, index: Index): number | undefined;
  /** Bytes of an index that keeps the least and the greatest value of each range of pages, over a table of so many bytes. */
  ranges(tableBytes: number): number;
}

export interface LaidTable {
  readonly catalog: Catalog;
  readonly table: Table;
  readonly rows: number;
  /** Of this table alone. */
  readonly statistics: readonly ColumnStatistics[];
}

export interface LaidRows {
  /** Bytes of a row on average, header and pointer included. */
  readonly rowBytes: number;
  /** Bytes of it that lie between columns and hold nothing. */
  readonly padding: number;
  /** Bytes of all rows in whole pages. */
  readonly bytes: number;
}
