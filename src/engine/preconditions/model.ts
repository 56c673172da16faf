/** What must be true of the rows for a statement to succeed, as questions that read only. */
import type { Catalog, Name } from '../../catalog/model.ts';
import type { Statement } from '../grammar/model.ts';
import type { Session } from '../session/model.ts';

export interface Preconditions {
  /** Preconditions of each statement, in order; what earlier statements make, change or promise is known to later ones. */
  of(statements: readonly Statement[], context: PreconditionContext): readonly (readonly Precondition[])[];
  /** What the structure must hold once the statements have run: what they make, complete and valid, and none of what they take away, helpers of their own included. */
  expected(statements: readonly Statement[]): readonly Expected[];
  /** Why a question is not put to a shared server: it is no single read, or calls functions that may do more than read. */
  refusal(session: Session, sql: string): Promise<string | undefined>;
  /** Puts one question: read-only, within the time given, with row security off, so that hidden rows are an error and no empty answer. */
  ask(session: Session, question: Question, options: AskOptions): Promise<Answer>;
}

/** One thing that must be there, or gone, at the end. */
export interface Expected {
  /** Place of the statement that had the last word on it. */
  readonly statement: number;
  /** `index users_email_key is there and valid`. */
  readonly says: string;
  /** The statements made it and took it away again. */
  readonly helper: boolean;
  /** Whether a structure meets it; and if not, why. */
  readonly holds: (catalog: Catalog) => true | string;
}

export interface PreconditionContext {
  /** The structure as it is now. */
  readonly catalog: Catalog;
  readonly serverVersion: number;
}

export type PreconditionKind =
  | 'unique'
  | 'not-null'
  | 'check'
  | 'foreign-key'
  | 'exclusion'
  | 'conversion'
  | 'narrowing'
  | 'label'
  | 'bound'
  | 'structure'
  | 'rows'
  | 'own';

export interface Precondition {
  readonly kind: PreconditionKind;
  /** `users.email has a value in every row`. */
  readonly says: string;
  /** Table whose rows decide; absent where no table does. */
  readonly table?: Name;
  readonly answer:
    | { readonly by: 'question'; readonly question: Question }
    /** The structure already proves it, or contradicts it. */
    | { readonly by: 'structure'; readonly holds: boolean; readonly because: string }
    /** Nothing that is asked today decides it. */
    | { readonly by: 'nothing'; readonly because: string };
}

export interface Question {
  /** A query. */
  readonly sql: string;
  /** It must return no row, or it must not raise an error. */
  readonly mode: 'no row' | 'no error';
  /** Columns of the answer whose values may be shown; others are masked. */
  readonly shown: readonly string[];
  /** The same question of a share of the rows, for when the whole one takes too long. */
  readonly sampled?: { readonly sql: string; readonly percent: number };
}

export interface AskOptions {
  readonly timeoutMs: number;
  /** Offending rows that are shown, and that are counted, at most. */
  readonly show: number;
  readonly count: number;
}

/** What came of a question. */
export type Answer = Found & {
  readonly ms: number;
  /** ISO time at which it was put. */
  readonly at: string;
};

export type Found =
  | { readonly kind: 'passed' }
  | FoundRows
  /** A part of the rows was read, and none of it offends. */
  | { readonly kind: 'sampled'; readonly percent: number }
  | {
      readonly kind: 'unanswered';
      readonly because: string;
      /** What to do about it: a grant, a longer time. */
      readonly instead?: string;
    };

export interface FoundRows {
  readonly kind: 'failed';
  /** Offending rows, as far as they were counted. */
  readonly count?: number;
  /** More than that may offend. */
  readonly more?: true;
  /** A few of them: `id 7, email ***`. */
  readonly rows: readonly string[];
  /** The server's words, without values. */
  readonly error?: string;
}
