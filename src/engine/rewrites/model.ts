/** Statements said otherwise: the same rows by a way that may be cheaper. */
import type { Catalog } from '../../catalog/model.ts';

/** How an engine rewrites its own SQL. */
export interface Rewrites {
  /** Every rewrite that the text and the structure allow; whether it is right and faster is measured elsewhere. */
  of(sql: string, catalog: Catalog): readonly Rewrite[];
  /** The text with a comment before it that tells what was done and why; hostile text in it stays a comment. */
  explained(sql: string, because: string): string;
}

export interface Rewrite {
  /** `not-in-to-not-exists`. */
  readonly rule: string;
  readonly sql: string;
  /** What was done and why it may be faster, one sentence. */
  readonly because: string;
  /** Under what it returns the same rows, where the text alone cannot tell: `orders.user_id has no nulls`. */
  readonly provided: readonly string[];
  /** Parameters, where they are others than before: which of the old ones each new one is, from 0. */
  readonly takes?: readonly number[];
  /** The caller has to change more than the text: a keyset needs the last row of the page before. */
  readonly contract?: string;
}
