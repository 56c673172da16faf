/** Plans as data: what EXPLAIN tells, of any format and version, and two of them side by side. */
import type { Name } from '../../catalog/model.ts';
import type { Session } from '../session/model.ts';

/** How an engine reads its own plans. */
export interface Plans {
  /**
   * Plans of a text that EXPLAIN made, as JSON, YAML or text, with what a log or a client wrote around it; what a newer server adds is kept and named, what is cut off is read as far as it goes.
   * Throws `plan.unreadable` with the place when it is none.
   */
  read(text: string): readonly Plan[];
  /** Plan of a statement; with `analyze` it is run, and a statement that writes must be inside a transaction that the caller takes back. Throws `SqlError`. */
  explain(session: Session, sql: string, values: readonly unknown[], options: ExplainOptions): Promise<Plan>;
  /** Two plans of one statement aligned node by node, in the order of a reader: what stayed, came, went, and changed. */
  align(before: Plan, after: Plan): readonly AlignedNode[];
}

export interface ExplainOptions {
  /** Runs it, and tells rows, times and pages. */
  readonly analyze: boolean;
  /** The plan a prepared statement keeps for all values; never run, and the session must be in a transaction. */
  readonly generic?: boolean;
}

export interface Plan {
  readonly root: PlanNode;
  /** All nodes, the root first, each before its children. */
  readonly nodes: readonly PlanNode[];
  readonly format: 'json' | 'yaml' | 'text';
  /** It was run: actual rows and times are there. */
  readonly analyzed: boolean;
  readonly planningMs?: number;
  readonly executionMs?: number;
  readonly triggers: readonly PlanTrigger[];
  readonly jit?: { readonly functions: number; readonly ms: number };
  /** Settings that are not the server's own, as EXPLAIN (SETTINGS) shows them. */
  readonly settings: Readonly<Record<string, string>>;
  readonly queryText?: string;
  /** Pages and memory of planning, time of sending the rows, query id: fields beside the tree by the names JSON gives them. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The text ends in the middle of the plan. */
  readonly cut: boolean;
  /** Fields that this reader does not know, of a newer server or of a fork. */
  readonly unknown: readonly string[];
}

export interface PlanTrigger {
  /** The constraint's name when it checks one. */
  readonly name: string;
  readonly constraint?: string;
  readonly relation?: string;
  readonly ms: number;
  readonly calls: number;
}

export interface PlanNode {
  /** Place in the tree, from `0`: `0.1.0` is the first child of the root's second child. */
  readonly path: string;
  /** The server's word: `Seq Scan`, `Nested Loop`. */
  readonly type: string;
  /** `Inner`, `Left`, `Semi`, `Anti` … of a join. */
  readonly join?: string;
  /** `Hashed`, `Sorted`, `Plain`, `Mixed` of an aggregate or a set operation. */
  readonly strategy?: string;
  /** Half of an aggregate that workers share: `Partial` below, `Finalize` above. */
  readonly partial?: 'Partial' | 'Finalize';
  /** `Insert`, `Update`, `Delete`, `Merge` of a writing node; `Intersect All`, `Except` … of a set operation. */
  readonly operation?: string;
  /** `Outer`, `Inner`, `SubPlan`, `InitPlan`, `Member` … below its parent. */
  readonly under?: string;
  /** `SubPlan 1`, `CTE recent`. */
  readonly subplan?: string;
  readonly relation?: Name;
  readonly alias?: string;
  readonly index?: string;
  /** CTE, function, or tuplestore that is read. */
  readonly source?: string;
  readonly backward: boolean;
  readonly parallelAware: boolean;
  /** A planner switch forbids it, and nothing else was possible. */
  readonly disabled: boolean;
  readonly startupCost: number;
  readonly totalCost: number;
  /** Estimated, of one loop. */
  readonly planRows: number;
  /** Bytes of a row. */
  readonly planWidth: number;
  /** What really happened; absent when it was not run. */
  readonly actual?: ActualNode;
  /** Expressions as the server prints them. */
  readonly conditions: PlanConditions;
  readonly sortKeys: readonly string[];
  readonly presortedKeys: readonly string[];
  readonly groupKeys: readonly string[];
  /** Columns that are handed up (VERBOSE). */
  readonly output: readonly string[];
  readonly children: readonly PlanNode[];
  /** Every field of the node by the name JSON gives it, without its children. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface PlanConditions {
  readonly index?: string;
  readonly order?: string;
  readonly recheck?: string;
  readonly filter?: string;
  readonly join?: string;
  readonly hash?: string;
  readonly merge?: string;
  readonly oneTime?: string;
  readonly tid?: string;
  /** Condition that ends a window early (from 15). */
  readonly run?: string;
}

export interface ActualNode {
  /** Of one loop, as the server prints it. */
  readonly rows: number;
  readonly loops: number;
  /** Of all loops. */
  readonly totalRows: number;
  /** Milliseconds of all loops with the children; of parallel plans the wall clock, as far as the text tells. Undefined with TIMING off. */
  readonly totalMs?: number;
  /** The same without children and subplans; never below 0. */
  readonly ownMs?: number;
  /** Rows thrown away, of all loops. */
  readonly removedByFilter?: number;
  readonly removedByJoinFilter?: number;
  readonly removedByRecheck?: number;
  readonly heapFetches?: number;
  readonly exactBlocks?: number;
  readonly lossyBlocks?: number;
  /** Descents of an index, of all loops (from 18). */
  readonly indexSearches?: number;
  readonly sort?: { readonly method: string; readonly kind: 'Memory' | 'Disk'; readonly kilobytes: number };
  readonly hash?: { readonly batches: number; readonly plannedBatches: number; readonly kilobytes: number };
  /** Batches of a hashed aggregate and what it wrote. */
  readonly aggregate?: {
    readonly batches: number;
    readonly diskKilobytes: number;
    readonly memoryKilobytes: number;
  };
  /** Where materialised rows, CTEs and windows lie (from 18). */
  readonly storage?: { readonly kind: 'Memory' | 'Disk'; readonly kilobytes: number };
  readonly memoize?: {
    readonly hits: number;
    readonly misses: number;
    readonly evictions: number;
    readonly overflows: number;
  };
  readonly workersPlanned?: number;
  readonly workersLaunched?: number;
  /** Rows of each worker's loops. */
  readonly workerRows?: readonly number[];
  /** Pages with the children; absent without BUFFERS. */
  readonly buffers?: PlanBuffers;
  readonly wal?: { readonly records: number; readonly fullPageImages: number; readonly bytes: number };
}

export interface PlanBuffers {
  readonly hit: number;
  readonly read: number;
  readonly dirtied: number;
  readonly written: number;
  readonly tempRead: number;
  readonly tempWritten: number;
  /** Milliseconds of reading, with track_io_timing. */
  readonly readMs?: number;
}

/** A line of two plans side by side. */
export interface AlignedNode {
  /** How deep it stands. */
  readonly depth: number;
  readonly before?: PlanNode;
  readonly after?: PlanNode;
  /** `same`: the same step on the same objects; `changed`: another way for the same objects; else only one plan has it. */
  readonly kind: 'same' | 'changed' | 'came' | 'went';
  /** What differs, in words: `Seq Scan → Index Scan using …`, `condition moved from filter to index`. */
  readonly differences: readonly string[];
}
