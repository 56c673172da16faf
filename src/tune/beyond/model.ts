/** What to do where one more index or setting does not help: nouns. */
import type { Emit } from '../../base/event.ts';
import type { Engine, Snapshot } from '../../engine/model.ts';
import type { Fact } from '../../report/model.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';
import type { Work } from '../advice/model.ts';

/** A step beyond one plan or one machine, with the figures that call for it. */
export interface Beyond {
  readonly kind: 'partition' | 'archive' | 'materialized-view' | 'cache' | 'replica' | 'shard';
  /** Table, query, or the server. */
  readonly subject: string;
  /** False where trying it spoke against it: it is told, and not advised. */
  readonly advised: boolean;
  /** What to do, one sentence. */
  readonly says: string;
  /** Why: without them nobody would say it. */
  readonly figures: readonly Fact[];
  /** SQL to begin with. */
  readonly sql?: string;
  /** What has to be decided or changed first, and what is not known. */
  readonly mind: readonly string[];
  /** Whether it was tried here, or why not. */
  readonly tried: { readonly done: boolean; readonly says: string };
}

export interface BeyondOptions {
  readonly engine: Engine;
  readonly snapshot: Snapshot;
  readonly work: Work;
  /** Milliseconds of a call once the other advice is carried out, by query. */
  readonly after?: ReadonlyMap<string, number>;
  /** Of the server in production, as somebody told. */
  readonly machine?: { readonly cpus?: number; readonly memoryBytes?: number };
  /** A filled twin; nobody may be connected to it, and it stays as it is. */
  readonly filled?: { readonly sandbox: Sandbox; readonly database: SandboxDatabase };
  readonly seed: number;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}
