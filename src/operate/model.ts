/** Backups, restores and drills: nouns. */
import type { Name } from '../catalog/model.ts';
import type { Integrity, RecoveredTo, Segment } from '../engine/backup/model.ts';

/** What a backup says of itself beside the server's own manifest; never a secret. */
export interface BackupRecord {
  readonly schema: 'dbd.backup/1';
  readonly engine: string;
  /** `18.4`. */
  readonly version: string;
  readonly system: string;
  /** A superuser of the cluster, and the database that was named; a restored server is entered with them. */
  readonly superuser: string;
  readonly database: string;
  /** ISO times between which it was taken. */
  readonly began: string;
  readonly ended: string;
  readonly format: 'tar' | 'plain';
  readonly files: number;
  readonly bytes: number;
  readonly segments: readonly Segment[];
  /** Rows and hashes of tables that nobody changed while the backup was taken. */
  readonly fingerprints: readonly Fingerprint[];
  /** Tables that were changed meanwhile, so that a restored copy cannot be compared. */
  readonly changed: readonly string[];
}

export interface Fingerprint {
  readonly table: Name;
  readonly columns: readonly string[];
  readonly rows: number;
  readonly hash: string;
}

export interface TakenBackup {
  readonly folder: string;
  readonly record: BackupRecord;
  readonly server: string;
  readonly ms: number;
}

/** A table of a restored server against what was recorded. */
export interface Compared {
  readonly table: Name;
  readonly expected: number;
  /** Undefined when the table is not there. */
  readonly found?: number;
  readonly same: boolean;
}

export interface Restored {
  readonly server: string;
  readonly provider: string;
  readonly url: string;
  readonly id: string;
  readonly bytes: number;
  readonly unpackMs: number;
  readonly recoverMs: number;
  readonly checkMs: number;
  readonly recovered: RecoveredTo;
  readonly integrity: Integrity;
  readonly compared: readonly Compared[];
}

/** A moment of a drill, milliseconds since its beginning. */
export interface Moment {
  readonly at: number;
  readonly what: string;
}

export interface DrillResult {
  readonly server: string;
  /** The table that was dropped. */
  readonly dropped: Name;
  /** Files of the cluster in the backup, and their bytes. */
  readonly files: number;
  readonly bytes: number;
  readonly backupMs: number;
  /** Bytes of the log that was archived. */
  readonly logBytes: number;
  /** The time to which it was recovered, with its zone. */
  readonly target: string;
  readonly moments: readonly Moment[];
  readonly tables: readonly Compared[];
  readonly integrity: Integrity;
  readonly recovered: RecoveredTo;
  /** From the loss of the server until the first query was answered: unpacking and checking, then starting and replaying. */
  readonly unpackMs: number;
  readonly recoverMs: number;
  /** From then until all rows were compared and all pages read. */
  readonly checkMs: number;
  readonly acknowledged: {
    /** Before the target, and how many of those are missing after the recovery. */
    readonly before: number;
    readonly beforeMissing: number;
    /** After the target: lost, as recovering to a point means. */
    readonly after: number;
    /** Rows of after the target that are there all the same. */
    readonly afterPresent: number;
  };
  /** The second recovery, to the end of the log: what the loss of the disk alone costs. */
  readonly toTheEnd: {
    /** Acknowledged writes that had not reached the archive. */
    readonly missing: number;
    readonly of: number;
    /** The dropped table is gone there too, so it was the target that brought it back. */
    readonly dropReplayed: boolean;
    readonly ms: number;
  };
  /** What speaks against the procedure; empty when it is proven. */
  readonly problems: readonly string[];
}
