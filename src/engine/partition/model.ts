/** Tables that are parted by ranges of time: names, statements and maintenance. */
import type { Name } from '../../catalog/model.ts';

export type Period = 'day' | 'week' | 'month' | 'quarter' | 'year';

/** A table whose rows lie in one part per period, by UTC. */
export interface Parted {
  readonly table: Name;
  readonly column: string;
  /** `instant`: with a time zone; `local`: without. */
  readonly type: 'date' | 'instant' | 'local';
  readonly every: Period;
}

/** One period; the end belongs to the next one. */
export interface Span {
  readonly from: Date;
  readonly to: Date;
}

/** What the maintenance of a parted table does. */
export interface Maintenance extends Parted {
  readonly routine: Name;
  /** Parts that stand ready for the future unless the caller asks for more. */
  readonly ahead: number;
  /** How long rows are kept, and what becomes of a part when all of its rows are older. */
  readonly expired?: {
    readonly keepDays: number;
    /** `empty`: dropped when no row is left in it, because others have to hear of each deleted row. */
    readonly act: 'drop' | 'detach' | 'empty';
  };
  /** New parts show nothing to who reads past the table: row security without a policy. */
  readonly guarded?: boolean;
  /** Longest wait for a lock on the table, milliseconds. */
  readonly lockTimeoutMs: number;
}

export interface Partitions {
  /** Name of the part that begins at a moment; fits the longest identifier. */
  partName(parted: Parted, from: Date): Name;
  /** What follows the columns of a table that is parted. */
  clause(parted: Parted): string;
  /** Makes one part of a table that nobody uses yet. */
  create(parted: Parted, span: Span): string;
  /** A function that makes missing parts and takes expired ones away; safe to call again and from two places at once. Returns one row per part: its name and what was done. */
  maintenance(options: Maintenance): string;
}
