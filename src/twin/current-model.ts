/** Today's structure in a sandbox: nouns. */
import type { Emit } from '../base/event.ts';
import type { Catalog } from '../catalog/model.ts';
import type { Engine, RestoredStructure, Snapshot } from '../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../sandbox/model.ts';

/** The structure that exists today; the same shape as the configuration's `current`. */
export type Current =
  | { readonly kind: 'none' }
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'folder'; readonly path: string }
  /** A captured database; `path` is its file. */
  | { readonly kind: 'snapshot'; readonly path: string; readonly snapshot: Snapshot }
  /** SQL that was made from something else; `place` is what messages call it. */
  | { readonly kind: 'script'; readonly text: string; readonly place: string };

export interface LoadCurrentOptions {
  readonly engine: Engine;
  readonly sandbox: Sandbox;
  readonly current: Current;
  /** Extensions to install before anything else. */
  readonly extensions?: readonly string[];
  readonly emit: Emit;
  /** Limit of one statement of a file, milliseconds. */
  readonly statementTimeoutMs?: number;
  /** The sandbox serves this structure alone: roles, owners and what else needs more than the owner's rights are carried out too. */
  readonly whole?: boolean;
  readonly signal?: AbortSignal;
}

/** A sandbox database that has the current structure. */
export interface LoadedCurrent {
  readonly database: SandboxDatabase;
  readonly catalog: Catalog;
  /** Where the structure came from, for people; never with a password. */
  readonly source: string;
  /** What is not as it is there. */
  readonly limits: readonly string[];
  /** The snapshot that it was made from, and what the database lacks of it. */
  readonly production?: Production;
}

/** A snapshot that stands for production. */
export interface Production {
  readonly snapshot: Snapshot;
  readonly leftOut: RestoredStructure['leftOut'];
}
