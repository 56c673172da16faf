/** A database with rows made to measure. */
import type { Name } from '../catalog/model.ts';

/** Rows a table gets on the twin, and what it will have in production. */
export interface TableVolume {
  readonly table: Name;
  /** Claim id of the volume; undefined when assumed. */
  readonly claim?: string;
  /** Rows in production on the day the change arrives. */
  readonly now: number;
  /** Rows in production at the horizon, retention considered. */
  readonly horizon: number;
  /** Rows on the twin. */
  readonly rows: number;
  readonly basis: 'declared' | 'assumed';
  /** rows ÷ horizon, at most 1. */
  readonly scale: number;
  /** Share of the parents' keys that carry their full depth of children. */
  readonly slice: number;
  /** New rows per day. */
  readonly perDay: number;
}

export interface FillResult {
  readonly tables: readonly { readonly table: Name; readonly rows: number; readonly ms: number; readonly bytes: number }[];
  readonly ms: number;
  /** What the generated rows do not show: guessed values, columns without statistics. */
  readonly limits: readonly string[];
}
