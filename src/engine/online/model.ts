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
  /** The form is the statement as it was written, and nobody has to know why. */
  readonly ordinary?: boolean;
  /** Columns or tables that later statements must not use before this step; `*` stands for all of the tables it touches. */
  readonly concerns?: readonly string[];
}
