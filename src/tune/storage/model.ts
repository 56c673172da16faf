/** What could be given back of the space that a database takes: nouns. */
import type { Name } from '../../catalog/model.ts';
import type { Engine } from '../../engine/model.ts';
import type { Basis } from '../../report/model.ts';
import type { HealthFacts, HealthLimits } from '../../rules/health/model.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';

export interface StorageOptions {
  readonly engine: Engine;
  /** Snapshot; what pages hold and the use of indexes on other nodes where these were asked. */
  readonly facts: HealthFacts;
  /** A filled twin of the same structure: the order of columns is tried on a part of its rows, in a copy of it. */
  readonly filled?: { readonly sandbox: Sandbox; readonly database: SandboxDatabase };
  readonly limits?: HealthLimits;
  readonly signal: AbortSignal;
}

export type SavingKind =
  | 'table-bloat'
  | 'index-bloat'
  | 'unused-index'
  | 'duplicate-index'
  | 'redundant-index'
  | 'column-order'
  | 'null-entries'
  | 'ranges-instead-of-tree'
  | 'old-rows'
  | 'room-for-updates';

export interface StorageSaving {
  readonly kind: SavingKind;
  /** Table or index that gets smaller. */
  readonly object: string;
  readonly relation: Name;
  readonly bytes: number;
  /** Share of the object's bytes. */
  readonly share: number;
  readonly basis: Basis;
  /** With the figures it follows from. */
  readonly because: string;
  /** What must be known before. */
  readonly caution?: string;
  readonly sql?: string;
}

export interface StorageAdvice {
  /** Largest first; those that are `derived` are as good as the statistics. */
  readonly savings: readonly StorageSaving[];
  /** Bytes in all; of several savings on one object the largest counts. */
  readonly bytes: number;
  /** Bytes of all tables and indexes today. */
  readonly of: number;
  readonly limits: readonly string[];
}
