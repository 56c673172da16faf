/** What a rehearsal is given, and what it gives. */
import type { SqlError } from '../base/error.ts';
import type { Emit } from '../base/event.ts';
import type { Catalog, Difference } from '../catalog/model.ts';
import type { Engine } from '../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../sandbox/model.ts';
import type { Workload } from '../workload/model.ts';
import type { LoadSettings } from './load.ts';
import type { CompatibilityRun, RoundTrip, StatementRun, UnderLoad } from './model.ts';

export interface RehearsalOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  /** Filled twin of the current structure; nobody is connected to it, and it stays as it is. */
  readonly base: SandboxDatabase;
  readonly workload?: Workload;
  /** Which declared rate the load runs at; default: average. */
  readonly rates?: 'average' | 'peak';
  /** Length of the load before the change, milliseconds. */
  readonly loadMs?: number;
  /** What else differs from `loadDefaults`; `false` leaves the run under load out. */
  readonly load?: Partial<LoadSettings> | false;
  /** Longest time one way may take, milliseconds; then it is cancelled and counts as failed. */
  readonly limitMs?: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly seed: number;
}

export interface ChangeRehearsal {
  /** The quiet run: locks, rewrites, scans, WAL and time of each statement. */
  readonly statements: readonly StatementRun[];
  readonly before: Catalog;
  /** After up; where up failed, after its failure. */
  readonly after: Catalog;
  /** Undefined when up or down failed, or no way back is known. */
  readonly roundTrip?: RoundTrip;
  readonly underLoad?: UnderLoad;
  /** The statements as they ran beside the load: attempts, tries and times; locks are not watched there. */
  readonly loadedStatements?: readonly StatementRun[];
  readonly compatibility: readonly CompatibilityRun[];
  readonly upFailed?: SqlError;
  readonly downFailed?: SqlError;
  readonly secondUpFailed?: SqlError;
  /** Up worked in quiet, but not beside the load: its locks were not granted, or it met the application's rows. */
  readonly loadFailed?: SqlError;
  /** What a failed up left behind. */
  readonly leftBehind: readonly Difference[];
}

export interface FilesRehearsal extends ChangeRehearsal {
  /** Statements that lead back, found by comparing the structures, when no down files were given; rows are not brought back by them. */
  readonly derivedDown?: readonly string[];
}

/** Longest time one way takes unless another limit is given. */
export const defaultLimitMs = 120_000;
