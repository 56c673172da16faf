/** Rows that come with a structure: what it is made of, and what developers try it with. */
import type { Name } from '../catalog/model.ts';
import type { SeedRows } from '../engine/seed/model.ts';
import type { PrivateColumn } from '../mask/model.ts';

/** Rows of one table, as they are written. */
export interface SeedTable extends SeedRows {
  /** Foreign keys on circles: set by a second statement, when the rows that they mean are there. */
  readonly late: readonly string[];
  /** A column that rows begin with one value of and some rows leave it: keys and the later value. */
  readonly moved?: { readonly column: string; readonly rows: SeedRows['rows'] };
  /** Columns by which a row is found again. */
  readonly key: readonly string[];
}

/** Everything that was made for a structure. */
export interface Seeds {
  /** Rows that belong to the structure; the same however often they are loaded. */
  readonly reference: readonly SeedTable[];
  /** Plausible rows for development, tables that are referenced first. */
  readonly development: readonly SeedTable[];
  /** Rows that tables held before, in development only those of reference tables. */
  readonly kept: ReadonlyMap<string, number>;
  /** Tables without an own statement, with the reason. */
  readonly without: readonly {
    readonly table: Name;
    readonly because: string;
    /** It is not for want of a way to make rows. */
    readonly meant: boolean;
  }[];
  /** Personal and secret columns, whose values were made up without looking at any value given. */
  readonly masked: readonly PrivateColumn[];
  readonly limits: readonly string[];
}

/** A value that must not be in the seeds: it stands in the task or in the current rows. */
export interface Forbidden {
  readonly table: Name;
  readonly column: string;
  readonly values: readonly string[];
}
