/** What a run is asked for. */
import type { Emit } from '../base/event.ts';
import type { PhaseName } from '../change/model.ts';
import type { Engine } from '../engine/model.ts';
import type { Target } from './model.ts';

export interface RunnerOptions {
  readonly engine: Engine;
  readonly target: Target;
  /** Folder of changes. */
  readonly changes: string;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Milliseconds that another runner is waited for. */
  readonly waitMs: number;
}

export interface MigrateOptions extends RunnerOptions {
  /** Only steps of this phase, of changes whose earlier phases are done. */
  readonly phase?: PhaseName;
  /** The last change that is run. */
  readonly to?: string;
  /** Changes that are older than the newest one that has run may run. */
  readonly late: boolean;
  /** Why contract phases run without the evidence that the target demands. */
  readonly forceContract?: string;
  /** Hash of the run that a person has confirmed: another one is refused. */
  readonly confirmed?: string;
}

/** What a run did to one change. */
export interface Ran {
  readonly change: string;
  readonly title: string;
  readonly steps: readonly RanStep[];
  /** It is complete now. */
  readonly complete: boolean;
  /** Why something of it still waits. */
  readonly waits?: string;
}

export interface RanStep {
  readonly phase: string;
  readonly step: string;
  readonly sql: string;
  readonly ms: number;
  readonly attempts: number;
  readonly rows?: number;
}
