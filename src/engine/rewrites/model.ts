/** Statements said otherwise: the same rows by a way that may be cheaper. */
import type { Catalog } from '../../catalog/model.ts';

/** How an engine rewrites its own SQL. */
export interface Rewrites {
  /**
   * Every rewrite that the text and the structure allow; whether it is right and faster is measured elsewhere. Empty for statements that write or call
   * volatile functions. Throws `SqlError` when the text does not parse.
   */
  of(sql: string, catalog: Catalog): readonly Rewrite[];
  /** The text with a comment before it that tells what was done and why; hostile text in it stays a comment. */
  explained(sql: string, because: string): string;
}

export interface Rewrite {
  /** `not-in-to-not-exists`. */
  readonly rule: string;
  readonly sql: string;
  /** What was done and why it may be faster, one sentence without its full stop. */
  readonly because: string;
  /** Under what it returns the same rows, where the text alone cannot tell: `orders.user_id has no nulls`. */
  readonly provided: readonly string[];
  /** Parameters, where they are others than before: which of the old ones each new one is, from 0. */
  readonly takes?: readonly number[];
  /** The caller has to change more than the text: a keyset needs the last row of the page before. */
  readonly contract?: string;
  /** Present where a page follows the row before it instead of a count of rows: `sql` is then the text of every page but the first. */
  readonly pages?: Pages;
}

/** How pages are walked. */
export interface Pages {
  /** Text of the first page; its parameters are those of `takes`. */
  readonly first: string;
  /** Every row in the order of the pages, without limits, and which of the statement's parameters it takes. */
  readonly whole: string;
  readonly wholeTakes: readonly number[];
  /** Places in a row, from 0, of the values that its successors need: those of the last row follow the parameters of `takes`. */
  readonly last: readonly number[];
  /** Columns at the end of a row that the statement did not have. */
  readonly added: number;
  /** Which parameter of `takes`, from 0, is the size of a page; undefined when it stands in the text. */
  readonly size?: number;
}
