/** Another design of the same task: what it is, how today's rows get into it, and what both showed. */
import type { Session, Watcher } from '../../engine/model.ts';
import type { SandboxDatabase } from '../../sandbox/model.ts';
import type { Task } from '../../task/model.ts';
import type { Stage } from '../deliverables/model.ts';
import type { Planned } from '../model.ts';

/** A quantile with its interval; an end that no sample bounds is infinite or 0. */
export interface Middle {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Samples it rests on. */
  readonly n: number;
}

/** One choice that figures can decide. */
export interface AlternativeKind {
  /** Word for `--alternatives`: `summary`. */
  readonly name: string;
  /** The choice in words: `kept on write, on a schedule, or not at all`. */
  readonly says: string;
  /** Looks for places in the task where the choice is open. */
  find(stage: Stage): readonly Found[];
}

/** A place where another design is possible, or the reason why one that suggests itself is not. */
export type Found =
  | { readonly kind: 'variant'; readonly variant: Variant }
  | { readonly kind: 'impossible'; readonly about: string; readonly because: string };

/** The same task with one choice made otherwise. */
export interface Variant {
  /** Name of its kind. */
  readonly kind: string;
  /** Table or field that the choice is about. */
  readonly about: string;
  /** What the task chose, and what this design does instead, in a word or two each. */
  readonly chosen: string;
  readonly name: string;
  /** Requirements rewritten. */
  readonly task: Task;
  /** Lines of the block that would choose it. */
  readonly lines: string;
  /** How rows of the chosen design become rows of a table of this one, by the table's bare name; columns of equal names are copied when nothing else is said. */
  readonly load?: ReadonlyMap<string, Loading>;
  /** Statements that prepare the rows put aside. */
  readonly prepare?: readonly string[];
  /** Values of parameters are drawn on each design by itself, since keys differ; results are not compared then. */
  readonly ownValues?: boolean;
  /** What it asks of the application beyond the figures. */
  readonly price: string;
  /** Work beside the access patterns that the choice decides about; run last, on each design. */
  readonly chore?: (work: ChoreWork) => Promise<Chore | undefined>;
}

/** Where a chore runs. */
export interface ChoreWork {
  readonly stage: Stage;
  readonly built: Built;
  readonly session: Session;
  readonly watcher: Watcher;
}

export interface Loading {
  /** Column → SQL expression over `s`, a row of the chosen design's table, and `joins`. */
  readonly columns: Readonly<Record<string, string>>;
  /** Text after `FROM … AS s`. */
  readonly joins?: string;
}

/** A design that stands on a server with the rows of the chosen one. */
export interface Built {
  /** `on write`. */
  readonly name: string;
  readonly task: Task;
  readonly planned: Planned;
  readonly database: SandboxDatabase;
  readonly ownValues: boolean;
  /** Indexes that were chosen for it by measuring. */
  readonly indexes: readonly string[];
}

/** What one access pattern did on one design; times in milliseconds. */
export interface Measured {
  readonly claim: string;
  readonly says: string;
  readonly write: boolean;
  /** Median of single calls, with its interval of 99 % confidence. */
  readonly ms: Middle;
  /** The same of the lower quartile: noise only ever adds time, so what is real shows here, too. */
  readonly floor: Middle;
  readonly buffers: number;
  /** Bytes of WAL per call of a write, median. */
  readonly walBytes?: number;
  /** Calls per second, as declared or assumed. */
  readonly perSecond: number;
  readonly rateAssumed: boolean;
  /** Calls that a time limit cut off; their time is at least what is shown. */
  readonly cut: number;
}

/** Whether both designs answer a read alike. */
export type Sameness =
  | { readonly kind: 'same'; readonly calls: number; readonly rows: number }
  | { readonly kind: 'different'; readonly because: string }
  | { readonly kind: 'not-compared'; readonly because: string };

/** Work that is not an access pattern: bringing a summary up to date, taking old rows away. */
export interface Chore {
  /** Equal texts stand in one row of the table. */
  readonly text: string;
  readonly ms: number;
  readonly walBytes: number;
  /** Times per day that the work of a day counts it; assumed. */
  readonly perDay: number;
}

/** Everything that one design showed. */
export interface Seen {
  readonly name: string;
  readonly patterns: readonly Measured[];
  /** Why a pattern could not be run, by claim. */
  readonly unable: ReadonlyMap<string, string>;
  readonly chores: readonly Chore[];
  /** Bytes of the tables that the change makes, and of their indexes. */
  readonly tableBytes: number;
  readonly indexBytes: number;
  readonly indexes: readonly string[];
}

/** Another design beside the chosen one. */
export interface Beside {
  readonly variant: Variant;
  readonly seen: Seen;
  /** By claim of a read. */
  readonly sameness: ReadonlyMap<string, Sameness>;
}

/** The chosen design and all others that make the same choice otherwise, measured in turns. */
export interface Comparison {
  readonly kind: string;
  readonly about: string;
  readonly chosen: Seen;
  readonly others: readonly Beside[];
  /** Rows that all were measured with, in the new tables together. */
  readonly rows: number;
}
