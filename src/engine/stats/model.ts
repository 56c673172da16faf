/** Figures of a database, and looks at its rows. */
import type { Name } from '../../catalog/model.ts';
import type { Session } from '../session/model.ts';

/** Figures of a database. */
export interface Stats {
  analyze(session: Session, tables: readonly Name[]): Promise<void>;
  /** Bytes and estimated rows per table and index. */
  sizes(session: Session): Promise<
    readonly {
      readonly name: Name;
      readonly kind: 'table' | 'index';
      readonly table: string;
      readonly bytes: number;
      readonly rows: number;
    }[]
  >;
  /** Plan of a query with these parameter values: run for real when `execute`. */
  explain(session: Session, sql: string, values: readonly unknown[], execute: boolean): Promise<PlanFacts>;
  /** Runs a statement in the session's transaction, which the caller takes back, and reads what it did. */
  replay(session: Session, sql: string, values: readonly unknown[]): Promise<Replay>;
  /** Nodes of a plan from the top down. */
  nodesOf(plan: PlanFacts): readonly ReplayNode[];
  /** Greatest difference between the shares of rows that two histograms put below a value, 0 to 1; bounds are array literals of the type. */
  histogramDistance(session: Session, type: string, one: string, other: string): Promise<number | undefined>;
  /** Compares two plans of one statement, node by node. */
  comparePlans(one: PlanFacts, other: PlanFacts): PlanComparison;
  /** Pages of tables and indexes and rows of tables that the session's open transaction has touched so far, by triggers too; differences of two readings count. */
  touched(session: Session): Promise<{ readonly pages: number; readonly rows: number }>;
  /** A statement that changes nothing, and whose commit waits for the disk all the same. */
  readonly emptyCommit: string;
}

/** What one call of a statement did. */
export interface Replay {
  /** Rows returned, or changed where nothing is returned. */
  readonly rows: number;
  /** Shared pages. */
  readonly hit: number;
  readonly read: number;
  readonly tempRead: number;
  readonly tempWritten: number;
  readonly walBytes: number;
  readonly ms: number;
  readonly nodes: readonly ReplayNode[];
}

export interface ReplayNode {
  /** What it does to which object. */
  readonly title: string;
  readonly estimated: number;
  /** Rows of all loops; undefined when it was not run. */
  readonly actual?: number;
  readonly loops?: number;
}

export interface PlanComparison {
  /** The same steps on the same objects by the same conditions; estimates are not looked at. */
  readonly identical: boolean;
  /** Total cost of the second ÷ that of the first. */
  readonly costRatio: number;
  /** The places where they part: `Hash Join Inner → Nested Loop Inner`. */
  readonly differences: readonly string[];
}

export interface PlanFacts {
  readonly totalCost: number;
  /** Actual rows of the top node; undefined when not executed. */
  readonly rows?: number;
  /** Rows that were read from tables and passed their conditions, over all of the plan's scans; undefined when not executed or when no table was scanned. */
  readonly met?: number;
  /** Rows that all nodes together passed on or threw away, over all their loops; undefined when not executed. */
  readonly processed?: number;
  readonly executionMs?: number;
  readonly planningMs?: number;
  readonly sharedHit?: number;
  readonly sharedRead?: number;
  /** Node types with relation and index: `Index Scan analytics_events using …`. */
  readonly nodes: readonly string[];
  readonly indexes: readonly string[];
  readonly tree: unknown;
}

/** Looks at rows: values for a query's parameters, and fingerprints that tell whether rows survived. */
export interface Probe {
  /** Types of a statement's `$n` parameters as the server infers them; throws `SqlError` when it cannot be prepared. */
  parameterTypes(session: Session, sql: string): Promise<readonly string[]>;
  /** Values, as text, of these columns in rows drawn at random (equal seeds give equal rows); rows with a null are left out, fewer come back when there are fewer. */
  draw(
    session: Session,
    table: Name,
    columns: readonly string[],
    count: number,
    seed: number,
  ): Promise<readonly (readonly string[])[]>;
  /** Values, as text, of an SQL expression over `n` = 1 … count. */
  evaluate(session: Session, expression: string, count: number): Promise<readonly (string | null)[]>;
  /** A type as the server writes it in its catalog: `varchar(9)` is `character varying(9)`. Throws `SqlError` when there is none. */
  formattedType(session: Session, type: string): Promise<string>;
  /** Views and materialised views that read a column, views over them included. */
  viewsOver(session: Session, table: Name, column: string): Promise<readonly Name[]>;
  /** A value, as text, that any column of this type accepts. */
  anyValue(type: string, n: number): string | undefined;
  /** A value, as text, that fills the type as far as it goes, so that a narrower type would not take it. */
  widestValue(type: string, n: number): string | undefined;
  /** Prepares a statement with `$n` parameters in the session under a name. */
  prepare(session: Session, name: string, sql: string): Promise<void>;
  /** Runs a prepared statement with values. */
  execute(session: Session, name: string, values: readonly unknown[]): Promise<void>;
  /** The statement with its `$n` parameters written as literals, as the simple protocol sends it. */
  inline(sql: string, values: readonly unknown[]): string;
  /** Rows of a table and one hash of these columns' values over all rows, independent of the rows' order. */
  fingerprint(
    session: Session,
    table: Name,
    columns: readonly string[],
  ): Promise<{ readonly rows: number; readonly hash: string }>;
}
