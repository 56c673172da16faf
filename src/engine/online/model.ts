/** How a statement is carried out so that nobody waits. */
import type { Catalog, Name } from '../../catalog/model.ts';
import type { Statement } from '../grammar/model.ts';

/** How a statement is carried out so that nobody waits; and what it does, as far as its text tells. */
export interface Online {
  /** Turns one naive statement into one or more drafts of steps; throws `change.refused` for what cannot be carried over. */
  forms(statement: Statement, context: OnlineContext): readonly StepDraft[];
  /** Takes a statement of several commands apart: `ALTER TABLE … ADD …, DROP …` becomes one part each; other statements are their own only part. */
  parts(statement: Statement): readonly StatementPart[];
}

/** One command of a statement, as a statement of its own. */
export interface StatementPart {
  readonly sql: string;
  /** The column or table it adds or drops. */
  readonly object?: {
    readonly kind: 'add' | 'drop';
    readonly table: Name;
    /** Undefined when the whole table comes or goes. */
    readonly column?: string;
    /** Type as written, of an added column. */
    readonly type?: string;
  };
}

export interface OnlineContext {
  readonly before: Catalog;
  /** Tables made earlier in the same change: nobody uses them yet, so plain forms do. Keys are `schema.name`. */
  readonly fresh: ReadonlySet<string>;
  readonly serverVersion: number;
  /** Texts of the statements given before this one, in order: the catalog does not know what they make. */
  readonly earlier?: readonly string[];
  readonly lockTimeoutMs: number;
  /** Texts of all statements of the change, in order, {@link earlier} ones first; the one given stands behind them. */
  readonly all?: readonly string[];
  /** How large a table is, as far as it is known; an unknown size counts as large. */
  readonly size?: (table: Name) => TableSize | undefined;
  /** Statements that lean on each other are carried out one after the other, each to its end, instead of side by side. */
  readonly apart?: boolean;
  /** Tables of at most this size take the plain form; absent, none does but an empty one. */
  readonly small?: TableSize;
}

export interface TableSize {
  readonly rows: number;
  readonly bytes?: number;
}

/**
 * A backfill that a runner may pace itself instead of running the step's SQL: `UPDATE table SET set WHERE range AND (where)`, range by range
 * along the key. `where` no longer holds for a row that is done, so that a range can be run again.
 */
export interface Batch {
  readonly table: Name;
  /** Columns of the table's primary key in order: ranges compare them as one row. */
  readonly key: readonly string[];
  /** SET list; empty when {@link statement} is given. */
  readonly set: string;
  readonly where: string;
  /** Of work that is no UPDATE, or names the table otherwise: the whole statement, with `/* range *\/ true` where the range belongs. */
  readonly statement?: string;
  /** What the statement calls the table, ready for SQL, where that is not its quoted name: the range's columns stand behind it. */
  readonly alias?: string;
  /** Statements for the start of each batch's transaction: `SET LOCAL …`. */
  readonly local?: readonly string[];
}

export interface StepDraft {
  readonly sql: string;
  readonly phase: 'expand' | 'backfill' | 'contract';
  readonly transaction: boolean;
  /** The statement that takes it back; undefined when the whole comparison has to find it, null when nothing can. */
  readonly undo?: string | null;
  /** Undo runs outside transactions. */
  readonly undoOutside?: boolean;
  readonly reason: string;
  readonly destructive?: string;
  /** A read-only query that must return no row on the real data for the step to succeed. */
  readonly probe?: string;
  /** One batch of a loop that is repeated until it affects no row. */
  readonly batched?: boolean;
  /** The same work for a runner that paces batches itself; the SQL does all of it too. */
  readonly batch?: Batch;
  /** Longest time the statement may take, milliseconds; 0 for no limit, absent for the usual one. */
  readonly statementTimeoutMs?: number;
  /** The form is the statement as it was written, and nobody has to know why. */
  readonly ordinary?: boolean;
  /** What others would miss until a later draft with the same word in {@link closes}: all drafts of the phase between them share one transaction where they can. */
  readonly opens?: string;
  readonly closes?: string;
  /** Of the first draft: what stands in for all of them where their phases cannot be kept apart. */
  readonly plain?: readonly StepDraft[];
  /** It leans on drafts of another statement of the same change, in the phases that they have now. */
  readonly together?: boolean;
  /** Columns or tables that later statements must not use before this step; `*` stands for all of the tables it touches. */
  readonly concerns?: readonly string[];
}
