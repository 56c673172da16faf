/** Physical backups: taken over the wire, checked file by file, and recovered to a point. */

export interface Backups {
  /** What decides whether a base backup can be taken; throws `backup.refused` naming the reason and the statement that helps. */
  source(url: string): Promise<BackupSource>;
  /**
   * Streams a base backup into a new folder and checks every file against the server's own manifest on the way.
   * Throws `backup.damaged`, `connect.*`, or the error of the disk; what was written stays for the caller to remove.
   */
  take(url: string, options: TakeOptions): Promise<TakenBase>;
  /** Checks a base backup against its manifest, reading every byte; what is wrong is told by file. Throws `backup.damaged` when it is none at all. */
  verify(folder: string, signal: AbortSignal): Promise<BaseCheck>;
  /** Unpacks a base backup into an empty data folder, checking it on the way; throws `backup.damaged` naming the first file that is wrong. */
  unpack(folder: string, data: string, options: UnpackOptions): Promise<BaseCheck>;
  /** Begins to receive the log of changes into a folder, from the segment that is being written now; throws `backup.refused`, `connect.*`. */
  receive(url: string, folder: string): Promise<LogReceiver>;
  /** Checks archived segments that follow a base backup; what is wrong or missing is told by file. */
  checkLog(folder: string, base: BaseCheck): Promise<LogCheck>;
  /** Whether a target lies before the backup, so that no recovery from it can come there. */
  before(base: BaseFacts, target: RecoveryTarget): boolean;
  /**
   * Puts archived segments into a data folder that was unpacked, and takes away what belongs to the original server only; undefined recovers the
   * base backup alone. `sandbox`: settings are written by who starts it. `folder`: the folder can be started by itself.
   */
  prepareRecovery(data: string, recovery: Recovery | undefined, kind: 'sandbox' | 'folder'): Promise<void>;
  /** Settings of a server that recovers and then serves a restored folder, as durable as production. */
  recoverySettings(recovery: Recovery | undefined): Readonly<Record<string, string>>;
  /** Access rules of a restored server, which keeps its own roles; only its socket's folder protects it. */
  readonly accessRules: string;
  /** Where a recovery ended, read after the server began to take writes. */
  recovered(url: string): Promise<RecoveredTo>;
  /** Turns the log of a server that did not come up into an error that names the reason; undefined when it tells none that is known. */
  whyNot(
    log: string,
  ): { readonly code: 'backup.target' | 'backup.damaged'; readonly message: string } | undefined;
  /** Reads every table and index of a database for damage; changes nothing. */
  integrity(url: string): Promise<Integrity>;
  /** Names databases of a server that take connections, templates left out. */
  databases(url: string): Promise<readonly string[]>;
  /** Position and time of a server now; the time is the server's, in microseconds. */
  position(url: string): Promise<{ readonly lsn: string; readonly at: string }>;
  /** Names that a cluster has when nobody chose others. */
  readonly usual: { readonly superuser: string; readonly database: string };
  /** What a person does in production for the same result, with the tool that production uses; Markdown. */
  runbook(facts: RunbookFacts): string;
  /** Command that restores the newest backup of production beside it and proves it, for a person. */
  readonly proveYours: string;
  /** The same address at another database. */
  inDatabase(url: string, database: string): string;
}

export interface BackupSource {
  /** `18.4`. */
  readonly version: string;
  /** Number that a cluster keeps for its life. */
  readonly system: string;
  /** Bytes of all databases. */
  readonly bytes: number;
  /** Name of the role that was made with the cluster, and is a superuser. */
  readonly superuser: string;
  /** The database that was connected to. */
  readonly database: string;
}

export interface TakeOptions {
  /** Empty folder that receives the backup in the layout of the server's own tools. */
  readonly folder: string;
  readonly format: 'tar' | 'plain';
  readonly label: string;
  readonly signal: AbortSignal;
}

export interface UnpackOptions {
  readonly signal: AbortSignal;
  /** Called for each folder that was made, so that another account can own it. */
  readonly own?: (folder: string) => void;
}

/** A base backup as it was checked. */
export interface BaseFacts {
  readonly system: string;
  readonly major: number;
  readonly timeline: number;
  /** Positions in the log between which it was taken. */
  readonly from: string;
  readonly to: string;
  /** ISO time at which it began, where the backup tells it. */
  readonly began?: string;
  readonly files: number;
  readonly bytes: number;
  /** Segments of the log that it holds, with their SHA-256. */
  readonly segments: readonly Segment[];
}

export interface TakenBase extends BaseFacts {
  readonly ms: number;
}

export interface BaseCheck extends BaseFacts {
  readonly format: 'tar' | 'plain';
  readonly problems: readonly BackupProblem[];
  readonly ms: number;
}

export interface Segment {
  readonly name: string;
  readonly sha256: string;
}

export interface BackupProblem {
  /** Path within the backup. */
  readonly file: string;
  /** Why it is wrong, as the rest of a sentence that begins with the file. */
  readonly says: string;
}

export interface LogReceiver {
  /** Position that was written to disk. */
  readonly flushed: string;
  /** Waits until a position was received and is on disk; false when the time (milliseconds) is over or the connection ended. */
  until(lsn: string, ms: number): Promise<boolean>;
  /** Ends receiving; the last segment, which is not full, is kept as `….partial`. */
  stop(): Promise<ReceivedLog>;
}

export interface ReceivedLog {
  readonly segments: readonly Segment[];
  /** End of what was received. */
  readonly to: string;
  readonly bytes: number;
}

export interface LogCheck {
  readonly segments: readonly Segment[];
  readonly problems: readonly BackupProblem[];
}

/** How far a recovery goes. */
export type RecoveryTarget =
  | { readonly kind: 'latest' }
  /** A time with its zone; what was committed later is left out. */
  | { readonly kind: 'time'; readonly time: string }
  | { readonly kind: 'lsn'; readonly lsn: string }
  /** A named restore point. */
  | { readonly kind: 'name'; readonly name: string };

export interface Recovery {
  readonly target: RecoveryTarget;
  /** Folder of archived segments. */
  readonly log: string;
}

export interface RecoveredTo {
  /** Last position that was replayed; absent when the base backup alone was started. */
  readonly lsn?: string;
  /** Commit time of the last transaction that was replayed. */
  readonly at?: string;
  readonly timeline: number;
}

export interface Integrity {
  /** False when the server lacks the tool. */
  readonly tried: boolean;
  readonly tables: number;
  readonly indexes: number;
  readonly problems: readonly string[];
}

/** Names and figures of a drill for the runbook. */
export interface RunbookFacts {
  readonly title: string;
  /** `18.4`. */
  readonly version: string;
  readonly drilledBytes: number;
  /** The table that the drill dropped, and its rows. */
  readonly table: string;
  readonly rows: number;
  readonly target: string;
  /** Milliseconds: base backup; unpacking and checking; starting and replaying; comparing. */
  readonly backupMs: number;
  readonly unpackMs: number;
  readonly recoverMs: number;
  readonly checkMs: number;
  readonly lostAfter: number;
  readonly lostToTheEnd: number;
  /** Bytes that production will hold at the horizon, derived; absent when nothing is declared. */
  readonly productionBytes?: number;
  /** Queries, each with what it must return, that tell whether the restored rows are the right ones. */
  readonly checks: readonly { readonly sql: string; readonly expect: string }[];
  readonly proven: boolean;
}
