/** What the size of an index follows from: nouns. */

/** A column of an index as statistics tell it. */
export interface ColumnFacts {
  /** Bytes of its type; -1 for types whose values tell their own length, -2 for strings that end in a zero. */
  readonly length: number;
  /** Bytes to whose multiple its values are moved. */
  readonly align: number;
  /** Average bytes of a stored value. */
  readonly width: number;
  /** Bytes of values that statistics show, when they are of different lengths. */
  readonly widths: readonly number[];
  readonly nullFraction: number;
  /** Different values; below zero their share of the table's rows, as statistics tell it. */
  readonly distinct: number;
  /** Rows that its figures speak of, when these are not all of the table's. */
  readonly rows?: number;
  /** Share of the rows of each common value. */
  readonly common: readonly number[];
  /** Bounds between which equal shares of the other rows lie, for whole numbers and days. */
  readonly bounds: readonly number[];
  /** Share of the rows in which common elements of arrays or words of texts are, and how many elements a row has; undefined without such statistics. */
  readonly elements?: {
    readonly common: readonly number[];
    readonly perRow: number;
    /** Average bytes of an element. */
    readonly width: number;
    /** Different ones beyond the common ones, where they were counted. */
    readonly others?: number;
  };
}

/** An index as far as its size depends on it. */
export interface IndexFacts {
  readonly method: string;
  /** Rows and pages of the table. */
  readonly tableRows: number;
  readonly tablePages: number;
  /** Rows that ANALYZE looked at. */
  readonly sampledRows: number;
  /** Share of the rows that meet its condition: 1 without one. */
  readonly share: number;
  readonly keys: readonly ColumnFacts[];
  readonly included: readonly ColumnFacts[];
  /** Duplicates may share an entry: equal values are equal bytes in all of its columns, and it is neither unique nor told otherwise. */
  readonly shares: boolean;
  /** No two rows have the same key. */
  readonly unique: boolean;
  /** Different keys over its first 2, 3 … columns, where statistics over several columns tell them. */
  readonly distinctOfFirst: ReadonlyMap<number, number>;
  /** Percent of a page that is filled; undefined for the method's own. */
  readonly fillFactor?: number;
  /** Pages of the table that one entry of BRIN describes. */
  readonly pagesPerRange?: number;
}

export interface IndexSize {
  readonly pages: number;
  readonly rows: number;
  /** Levels of a b-tree above its leaves, and average bytes of an entry on its inner pages. */
  readonly level?: number;
  readonly pivotBytes?: number;
  /** Figures of a metapage, for methods that keep them. */
  readonly meta?: Readonly<Record<string, number>>;
  readonly assumed: readonly string[];
}
