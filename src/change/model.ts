/** What will be done: phases of steps, each with its way back. */
import type { Batch, StatementFacts } from '../engine/model.ts';

export type PhaseName = 'expand' | 'backfill' | 'contract';

export interface Change {
  /** Id of the task or a slug of the source. */
  readonly id: string;
  readonly title: string;
  readonly phases: readonly Phase[];
  readonly questions: readonly ChangeQuestion[];
}

export interface Phase {
  readonly name: PhaseName;
  /** From 1; file names are `NN-<phase>.sql`. */
  readonly number: number;
  readonly steps: readonly Step[];
}

/** One statement (or one batched loop). */
export interface Step {
  readonly id: string;
  readonly sql: string;
  /** Steps with equal numbers share a transaction; `-- dbd:boundary` stands between different ones. */
  readonly transaction: number | 'none';
  readonly undo?: string | null;
  readonly undoOutside?: boolean;
  /** Ids of claims it serves. */
  readonly claims: readonly string[];
  /** Why it is there, or why it has this form, in one line. */
  readonly reason: string;
  /** What is lost for good. */
  readonly destructive?: string;
  readonly probe?: string;
  readonly batched?: boolean;
  /** The same work for a runner that paces batches itself; the SQL does all of it too. */
  readonly batch?: Batch;
  readonly lockTimeoutMs: number;
  /** Longest time the statement may take, milliseconds; 0 or absent for no limit. */
  readonly statementTimeoutMs?: number;
  /** Only a superuser may run it. */
  readonly superuser?: true;
  /** The lock, scan and rewrite that are expected of it; a rehearsal measures them. */
  readonly facts?: StatementFacts;
}

export interface ChangeQuestion {
  readonly text: string;
  /** Block notation that answers it: `change: { rename: { users.name: full_name } }`. */
  readonly answer: string;
}

/** One statement of the wanted change before the planner gave it an online form. */
export interface Wish {
  readonly sql: string;
  readonly claims: readonly string[];
  readonly reason: string;
  /** The exact way back when the author knows it. */
  readonly undo?: string;
  /** It must share the transaction of the wish before it. */
  readonly joined?: boolean;
  /** Only a superuser may run it. */
  readonly superuser?: true;
  /** It runs as it is written, inside a transaction or outside of any. */
  readonly plain?: { readonly outside: boolean };
  /** It waits for the last phase, whatever it is. */
  readonly phase?: 'contract';
  /** A read-only query that must return no row on the real data. */
  readonly probe?: string;
}

/** What files hold; paths are relative to the change folder. */
export interface ChangeFile {
  readonly path: string;
  readonly sql: string;
}
