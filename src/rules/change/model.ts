/** What a team expects of a migration, one rule at a time. */
import type { Name } from '../../catalog/model.ts';
import type { Deed, Engine, FactsContext, Statement, StatementFacts } from '../../engine/model.ts';
import type { Severity } from '../../report/model.ts';

/** One thing that is expected of a statement, and why. */
export interface ChangeRule {
  /** Noun phrase for what is found: `index-built-with-lock`. */
  readonly id: string;
  readonly group: 'locks' | 'transactions' | 'data' | 'application' | 'rights' | 'habits';
  /** How much it matters unless the team says otherwise. */
  readonly severity: Severity;
  readonly finds: string;
  readonly because: string;
  readonly instead: string;
  check(at: At): readonly ChangeOffence[];
}

/** One statement that does not keep a rule. */
export interface ChangeOffence {
  readonly message: string;
  /** `public.users`, `public.users.email`: what a deviation names. */
  readonly object?: string;
  /** Tables whose size decides how much it matters. */
  readonly tables?: readonly Name[];
  /** The same wish in statements that hold nobody up; `forms` stands for the planner's own. */
  readonly fix?: string;
}

/** A statement with what is known of it. */
export interface Told {
  readonly statement: Statement;
  /** Without comments. */
  readonly sql: string;
  readonly facts: StatementFacts;
  readonly deeds: readonly Deed[];
  /** The structure before it. */
  readonly before: FactsContext;
  /** Statements with equal numbers share a transaction; undefined for those by themselves. */
  readonly transaction: number | undefined;
}

/** What a rule sees. */
export interface At extends Told {
  readonly engine: Engine;
  /** `180004`. */
  readonly serverVersion: number;
  readonly major: number;
  /** Earlier statements of the same migration, and those of them in the same transaction. */
  readonly earlier: readonly Told[];
  readonly together: readonly Told[];
  readonly later: readonly Told[];
  /** Who opened the transaction. */
  readonly opened: 'tool' | 'file' | undefined;
}

/** Statements of one migration in order. */
export interface LintUnit {
  readonly statements: readonly Statement[];
  /** The tool runs all of them in one transaction. */
  readonly transaction: boolean;
  /** It opens none where the migration is one statement, or where none of its statements may be inside one. */
  readonly aloneOutside?: 'one statement' | 'all statements';
}
