/** What a bench is asked for. */
import type { Emit } from '../../base/event.ts';
import type { Config } from '../../config/model.ts';
import type { Engine } from '../../engine/model.ts';
import type { Task } from '../../task/model.ts';
import type { BenchRun, Saturation } from '../../workload/bench/model.ts';
import type { ExcludedQuery, Workload } from '../../workload/model.ts';

export interface BenchOptions {
  readonly engine: Engine;
  readonly config: Config;
  readonly source:
    | { readonly kind: 'workload'; readonly workload: Workload }
    | { readonly kind: 'task'; readonly task: Task };
  /** A database that is there already; a filled twin without it. */
  readonly url?: string;
  /** The place of that database, when the user named it a development target. */
  readonly development?: string;
  readonly writes: boolean;
  readonly mode: BenchMode;
  readonly durationMs: number;
  readonly timeoutMs: number;
  /** Rows of the twin. */
  readonly rows: number;
  readonly scale?: number;
  readonly seed: number;
  readonly quick: boolean;
  /** Longest time that a change may take in one go, milliseconds. */
  readonly limitMs: number;
  readonly cwd: string;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

export type BenchMode =
  | {
      readonly kind: 'open';
      readonly factor: number;
      readonly at: 'average' | 'peak';
      readonly connections: number;
    }
  | { readonly kind: 'closed'; readonly clients: number; readonly thinkMs: number }
  | {
      readonly kind: 'saturate';
      readonly factor: number;
      readonly at: 'average' | 'peak';
      readonly connections: number;
      readonly steps: number;
    };

/** Everything known at the end. */
export interface Benched {
  /** Where it ran, for people. */
  readonly target: string;
  readonly server: string;
  readonly excluded: readonly ExcludedQuery[];
  readonly run?: BenchRun;
  readonly saturation?: Saturation;
  readonly limits: readonly string[];
}
