/** What a motif may use; equal seeds give equal answers. */
export interface Dice {
  /** Whole number from 0 to below. */
  below(limit: number): number;
  pick<T>(items: readonly T[]): T;
  /** A table made earlier that has a key of one column. */
  parent(): Parent;
  /** Offers a table with a key of one column to later motifs. */
  offer(parent: Parent): void;
}

export interface Parent {
  readonly table: string;
  readonly column: string;
  readonly type: string;
}

/** A few tables that belong together; names begin with the prefix. */
export interface Motif {
  readonly name: string;
  /** Least major version of the server. */
  readonly since?: number;
  sql(prefix: string, dice: Dice): string;
}
