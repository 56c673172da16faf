/** Statements said otherwise: the same rows by a way that may be cheaper. */
import type { Catalog, Column, Name, Table } from '../../catalog/model.ts';

/** How an engine rewrites its own SQL. */
export interface Rewrites {
  /**
   * Every rewrite that the text and the structure allow; whether it is right and faster is measured elsewhere. Empty for statements that write or call
   * volatile functions. Throws `SqlError` when the text does not parse.
   */
  of(sql: string, catalog: Catalog): readonly Rewrite[];
  /** The text with a comment before it that tells what was done and why; hostile text in it stays a comment. */
  explained(sql: string, because: string): string;
  /**
   * The statement with every tie of its orders broken by the rest of the row, the rows of a limit included, so that equal data must give equal rows;
   * undefined where that cannot be said.
   */
  settled(sql: string, catalog: Catalog): string | undefined;
  /** The statement with each row as one text `row`, so that columns of one name and values of every type are compared; columns at places from 0 stand beside it as texts `key_1`, `key_2` …. */
  asText(sql: string, keys?: readonly number[]): string;
  /** Whether the rows of the statement come in an order that it asks for. */
  ordered(sql: string): boolean;
  /** Habits of a statement that cost time or hide mistakes, as far as the text tells, and with a structure what it tells of columns; of any statement. */
  traits(sql: string, catalog?: Catalog): readonly Trait[];
  readonly worlds: Worlds;
  /** A statement that is called once per row of another one, as one call for all of them; undefined where it cannot be said. */
  batched(sql: string, catalog: Catalog): Batched | undefined;
  /** The statement with its tables joined one after the other in other orders, to be planned with {@link JoinOrders} settings. Throws `SqlError` when it does not parse. */
  joinOrders(sql: string, catalog: Catalog, options: JoinOrderOptions): JoinOrders;
}

export interface JoinOrderOptions {
  /** Orders at most. */
  readonly most: number;
  /** Rows of a table as the statement calls it: orders that begin with few come first. */
  readonly size: (table: string) => number;
}

/** Orders in which each table is connected with one before it; as written only when `join_collapse_limit` and `from_collapse_limit` are 1. */
export type JoinOrders =
  | { readonly kind: 'orders'; readonly relations: number; readonly orders: readonly JoinOrder[] }
  /** Why there are none, as half a sentence. */
  | { readonly kind: 'none'; readonly because: string };

export interface JoinOrder {
  /** Names that the statement gives its tables, the first two joined first. */
  readonly tables: readonly string[];
  readonly sql: string;
}

/** Small databases whose rows are chosen to tell statements apart. */
export interface Worlds {
  /** Texts, numbers and lengths of time that statements and values mention: rows should meet them. */
  hints(sql: string, values: readonly unknown[]): WorldHints;
  /** Values of a column's type as SQL, the plain ones first, then extremes; empty when nothing is known of the type. */
  values(
    column: Column,
    catalog: Catalog,
    hints: WorldHints,
  ): {
    readonly plain: readonly string[];
    readonly extreme: readonly string[];
  };
  /** Inserts rows of SQL values and returns the columns of those that were taken, each as text; a row whose key is there already is left out. */
  insert(table: Table, columns: readonly string[], rows: readonly (readonly string[])[]): string;
  /** Sets the time zone of the transaction. */
  zone(name: string): string;
  /** Time zones that differ in when a day begins. */
  readonly zones: readonly string[];
}

export interface WorldHints {
  readonly texts: readonly string[];
  readonly numbers: readonly string[];
  readonly intervals: readonly string[];
}

/** A statement for many keys at once. */
export interface Batched {
  /** `$1` is an array of the keys, other parameters follow in their order. */
  readonly sql: string;
  /** The statement for one key with the column `by` at the end of each row, so that the two can be compared; its parameters are those of the statement. */
  readonly single: string;
  /** Parameter of the single statement, from 0, that the array is of. */
  readonly key: number;
  /** Name of the column, at the end of each row, that tells which key it belongs to. */
  readonly by: string;
  /** Type of the array. */
  readonly type: string;
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
  /** Which parameter of `takes`, from 0, is the size of a page. */
  readonly size?: number;
  /** Where the size stands in the text: both texts with pages of two rows, for trials on few rows. */
  readonly small?: { readonly first: string; readonly next: string };
}

/** One habit of a statement. */
export interface Trait {
  readonly kind: TraitKind;
  /** What stands there, in a sentence. */
  readonly says: string;
  /** What it rests on. */
  readonly rests: 'text' | 'catalog';
  readonly table?: Name;
  readonly column?: string;
}

export type TraitKind =
  | 'star'
  | 'insert without columns'
  | 'update of all rows'
  | 'delete of all rows'
  | 'random order'
  | 'offset'
  | 'not in with nulls'
  | 'compared with null'
  | 'distinct over join'
  | 'union'
  | 'position'
  | 'nested'
  | 'joins'
  | 'cross join'
  | 'cast on column'
  | 'function on column'
  | 'leading wildcard'
  | 'like without wildcard'
  | 'null in concatenation'
  | 'long list'
  | 'queue without skip'
  | 'limit without order'
  | 'between times'
  | 'natural join'
  | 'time without zone'
  | 'distinct with group';
