/** What an expert looks for in the text of a statement, one rule at a time. */
import type { Catalog, Name } from '../../catalog/model.ts';
import type { Engine, Rewrite, Trait } from '../../engine/model.ts';
import type { Severity } from '../../report/model.ts';
import type { PlanFinding } from '../plan/model.ts';

/** One habit of statements, and why it is bad. */
export interface QueryRule {
  /** Noun phrase for what is found: `offset-page`. */
  readonly id: string;
  readonly group: 'reading' | 'predicates' | 'work' | 'locks' | 'mistakes';
  readonly severity: Severity;
  readonly finds: string;
  readonly because: string;
  readonly instead: string;
  /** Rules for plans that see the same thing happen. */
  readonly confirmedBy?: readonly string[];
  check(at: QueryAt): readonly QueryOffence[];
}

/** What a rule sees. */
export interface QueryAt {
  readonly engine: Engine;
  readonly sql: string;
  readonly catalog?: Catalog;
  readonly traits: readonly Trait[];
  /** Ways to say it otherwise; none without a structure. */
  readonly rewrites: readonly Rewrite[];
}

export interface QueryOffence {
  readonly message: string;
  readonly rests: 'text' | 'catalog';
  readonly table?: Name;
  readonly column?: string;
  /** The statement said otherwise; whether it is equal and faster is proven elsewhere. */
  readonly fix?: string;
}

/** A statement and what is known of it. */
export interface QueryToCheck {
  readonly name: string;
  readonly sql: string;
  /** What the rules for plans found in its plan. */
  readonly planFindings?: readonly PlanFinding[];
}

export interface QueryFinding extends Pick<QueryOffence, 'message' | 'table' | 'column' | 'fix'> {
  readonly rule: string;
  readonly query: string;
  readonly severity: Severity;
  /** `text`: the words alone; `catalog`: columns, nulls and indexes agree; `plan`: it was seen to happen in a plan. */
  readonly confidence: 'text' | 'catalog' | 'plan';
  readonly why: string;
  readonly instead: string;
  /** What the plan showed, with its figures. */
  readonly confirmed?: string;
  /** Share of the plan's time or cost that is at stake, 0 to 1. */
  readonly share?: number;
}
