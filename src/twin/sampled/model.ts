/** What is known of the rows that a twin stands for: nouns. */
import type {
  ColumnStatistics,
  DateOffsets,
  ExtendedStatistics,
  FanOut,
  KeyPairs,
  Prefixes,
} from '../../engine/model.ts';

/** Statistics and captured shapes, by what they are about. */
export interface Known {
  /** Rows that a table has, by `schema.name`; tables that nobody counted are not in it. */
  readonly rows: ReadonlyMap<string, number>;
  /** By `schema.table.column`. */
  readonly columns: ReadonlyMap<string, ColumnStatistics>;
  /** By `schema.table` and the constraint's name. */
  readonly fanOut: ReadonlyMap<string, FanOut>;
  readonly pairs: readonly KeyPairs[];
  readonly offsets: readonly DateOffsets[];
  readonly prefixes: ReadonlyMap<string, Prefixes>;
  readonly extended: readonly ExtendedStatistics[];
  /** Statements that made extended statistics, by name. */
  readonly definitions: ReadonlyMap<string, string>;
  /** Values that a key has to have since common foreign keys name them, by `schema.table.column`. */
  readonly wanted: ReadonlyMap<string, readonly string[]>;
  /** By `schema.table.column`. */
  readonly members: ReadonlyMap<string, readonly Member[]>;
  /** SQL over `n` that the configuration gives for a column, by `schema.table.column`. */
  readonly generators: ReadonlyMap<string, string>;
}

/** A member of documents, with the statistics of an index over it. */
export interface Member {
  readonly key: string;
  /** Type that the index has its values as. */
  readonly type: string;
  readonly statistics: ColumnStatistics;
}

/** Values of a key by their rank, which children use without a row being there. */
export interface KeyMaker {
  readonly count: number;
  /** SQL of the value with a rank from 0. */
  readonly at: (rank: string) => string;
  /** Rank of a value, when it is one of the key's. */
  readonly rankOf: (value: string) => number | undefined;
  /** Rank whose value is the given one, or lies next below it. */
  readonly near: (value: string) => number | undefined;
  /** Number of the row, from 0, that has a rank. */
  readonly rowOf: (rank: string) => string;
  /** Rank that the row with a number from 0 has. */
  readonly rankAt: (row: string) => string;
}
