/** A query drafted from a sentence: what was read out of it, and what was not. */
import type { Column, Table } from '../../catalog/model.ts';

/** What came of a sentence. */
export type Drafted =
  | {
      readonly kind: 'drafted';
      /** One SELECT with `:parameters`. */
      readonly sql: string;
      /** How the words were taken, one sentence each. */
      readonly taken: readonly string[];
      /** Words that say something the query does not. */
      readonly unread: readonly string[];
    }
  /** `why` continues "The sentence was not understood:". */
  | { readonly kind: 'not-understood'; readonly why: string };

/** A word of the sentence. */
export interface Word {
  /** Lower case, without `'s`. */
  readonly text: string;
  readonly singular: string;
  readonly possessive: boolean;
  /** It was taken for something. */
  used: boolean;
}

/** A table that the sentence names. */
export interface Mention {
  readonly table: Table;
  /** Positions of its first and last word. */
  readonly from: number;
  readonly to: number;
  readonly plural: boolean;
  readonly possessive: boolean;
}

/** A column that the sentence names. */
export interface ColumnMention {
  readonly table: Table;
  readonly column: Column;
  readonly from: number;
  readonly to: number;
}

/** What rows are ordered or summed by. */
export interface Measure {
  readonly kind: 'count' | 'sum' | 'avg' | 'max' | 'min';
  /** Undefined for a count. */
  readonly column?: ColumnMention;
}

/** A way to group: by a table's rows, a column, or a span of time. */
export type Group =
  | { readonly kind: 'table'; readonly table: Table }
  | { readonly kind: 'column'; readonly table: Table; readonly column: Column }
  | { readonly kind: 'time'; readonly unit: TimeUnit };

export type TimeUnit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year';

/** A condition on a table. */
export type Filter =
  /** The row's key, or a column, is given. */
  | { readonly kind: 'given'; readonly table: Table; readonly column?: Column }
  | {
      readonly kind: 'value';
      readonly table: Table;
      readonly column: Column;
      /** One of these, or whether a yes-or-no column is true. */
      readonly value: readonly string[] | boolean;
      readonly negated: boolean;
    }
  | {
      readonly kind: 'than';
      readonly table: Table;
      readonly column: Column;
      readonly operator: '>' | '<' | '>=' | '<=';
      readonly number: string;
    }
  | { readonly kind: 'empty'; readonly table: Table; readonly column: Column; readonly empty: boolean }
  /** No row of `table` refers to the row of `of`. */
  | { readonly kind: 'without'; readonly table: Table; readonly of: Table }
  /** SQL of the earliest or latest moment, on the time column of the table whose rows are read. */
  | { readonly kind: 'time'; readonly operator: '>=' | '<'; readonly moment: string };

/** What a sentence asks for. */
export interface Intent {
  /** Rows of this table are read. */
  readonly subject: Table;
  readonly groups: readonly Group[];
  readonly measure?: Measure;
  readonly filters: readonly Filter[];
  /** Rows wanted, of all or of each group. */
  readonly top?: {
    readonly count: number;
    readonly by: 'time' | 'measure' | 'column';
    readonly descending: boolean;
    readonly column?: ColumnMention;
  };
  /** What rows are sorted by where nothing ranks them. */
  readonly order?: { readonly column: ColumnMention; readonly descending: boolean };
  readonly running: boolean;
  readonly recursion?: 'descendants' | 'ancestors';
}
