/** What `dbd twin` is asked for, and what stands at its end. */
import type { Emit } from '../../base/event.ts';
import type { Config } from '../../config/model.ts';
import type { Engine } from '../../engine/model.ts';
import type { Block } from '../../report/model.ts';

export interface TwinOptions {
  readonly engine: Engine;
  readonly file: string;
  /** The file as it was given. */
  readonly shown: string;
  readonly kind: 'hollow' | 'filled';
  readonly config: Config;
  readonly scale?: number;
  readonly rows?: number;
  readonly seed: number;
  /** Measure how true a filled twin is. */
  readonly fidelity: boolean;
  readonly ttlMs: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** A twin that is up, and what the report says of it. */
export interface StandingTwin {
  readonly id: string;
  readonly url: string;
  readonly server: string;
  readonly exact: boolean;
  readonly notExact: readonly { readonly what: string; readonly why: string }[];
  readonly headline: string;
  readonly blocks: readonly Block[];
  readonly limits: readonly string[];
  readonly output: Readonly<Record<string, unknown>>;
  keep(seconds: number, holds: string): Promise<void>;
  stop(): Promise<void>;
}
