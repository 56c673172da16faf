/** What a program has to know to call a statement or to hold a row with types: read from the server, never guessed from text. */
import type { Name } from '../../catalog/model.ts';

export interface Describe {
  /**
   * Prepares each statement (`$n` parameters) without running it. One that cannot be prepared comes back as the sentence that says why; nothing is changed.
   */
  statements(
    url: string,
    statements: readonly string[],
  ): Promise<readonly (DescribedStatement | { readonly refused: string })[]>;
  /** Types of the columns of these tables and views, in their order; a table that does not exist is left out. */
  tables(url: string, tables: readonly Name[]): Promise<readonly DescribedTable[]>;
}

export interface DescribedStatement {
  readonly parameters: readonly DescribedType[];
  /** Columns of the rows it returns; empty when it returns none. */
  readonly columns: readonly DescribedColumn[];
}

export interface DescribedColumn {
  readonly name: string;
  readonly type: DescribedType;
  /** False only where the server cannot return a null: a column that is NOT NULL outside outer joins, a count. */
  readonly nullable: boolean;
  /** The table's column that it shows unchanged. */
  readonly origin?: { readonly table: Name; readonly column: string };
}

export interface DescribedTable {
  readonly table: Name;
  readonly columns: readonly { readonly name: string; readonly type: DescribedType }[];
}

/** A type as a program has to treat it. */
export interface DescribedType {
  /** As the server writes it: `numeric(12,2)`, `citext`, `order_status`. */
  readonly type: string;
  /** The type below all domains, with its length or precision. */
  readonly base: string;
  readonly kind: ValueKind;
  /** Length of a text or a bit string, where one is set. */
  readonly length?: number;
  /** Digits of a decimal. */
  readonly precision?: number;
  /** Digits of a decimal behind the point. */
  readonly scale?: number;
  /** Name and labels of an enum. */
  readonly enumeration?: Name & { readonly labels: readonly string[] };
  /** Type of an array's elements. */
  readonly element?: DescribedType;
}

/** Values by the form a program gives them; `local-instant` has no time zone, `other` is text as the server writes it. */
export type ValueKind =
  | 'integer'
  | 'bigint'
  | 'float'
  | 'decimal'
  | 'text'
  | 'boolean'
  | 'date'
  | 'time'
  | 'instant'
  | 'local-instant'
  | 'interval'
  | 'uuid'
  | 'json'
  | 'bytes'
  | 'enum'
  | 'array'
  | 'other';
