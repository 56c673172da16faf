/** Statements with what is really wrong with each, decided before any rule saw its plan. */

export interface PlanSchema {
  readonly name: string;
  readonly statements: readonly string[];
  /** Of the server. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** One statement over one of the schemas. */
export interface PlanCase {
  readonly name: string;
  readonly schema: string;
  readonly sql: string;
  /** Rules that have to find something in its plan; empty: the plan is as good as it gets. */
  readonly must: readonly string[];
  /** Rules that may find something: true of the statement, and a matter of taste or of the machine. */
  readonly may?: readonly string[];
  /** The rule that the case resembles and that must be silent. */
  readonly near?: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** SQL in the statement's transaction, before it; all of it is taken back. */
  readonly before?: readonly string[];
  /** Runs EXPLAIN without ANALYZE. */
  readonly plain?: boolean;
  /** Other majors on which it is planned too. */
  readonly also?: readonly number[];
  readonly majors?: readonly number[];
  /** Another statement whose plan is given as that with other values; one with `$1` whose generic plan is. */
  readonly otherValues?: string;
  readonly generic?: string;
  readonly counters?: { readonly calls: number; readonly meanMs: number; readonly deviationMs: number };
  readonly statements?: readonly { readonly sql: string; readonly calls: number; readonly rows: number }[];
  /** Counts rows of the UPDATE that are left as they were: `SELECT` of two numbers, unchanged and all. */
  readonly unchanged?: string;
  /** With full pages in the log, as production has them. */
  readonly durable?: boolean;
  /** Without a run before. */
  readonly cold?: boolean;
  /** Another session holds rows for so many milliseconds. */
  readonly blocked?: { readonly by: string; readonly ms: number };
  /** What has to make it faster: statements before, or another text. */
  readonly cure?: Cure;
  /** What must not make it twice as fast: the index that somebody might wish for. */
  readonly noCure?: Cure;
}

export interface Cure {
  readonly first?: readonly string[];
  readonly sql?: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** Times as fast at least; 2 where nothing is said. */
  readonly gain?: number;
  /** Planning counts too. */
  readonly planning?: boolean;
  /** The estimate is what is cured: the plan's worst miss falls at least to this. */
  readonly miss?: number;
}

/** A case with its plan, as stored. */
export interface StoredPlan {
  readonly case: PlanCase;
  readonly major: number;
  /** What EXPLAIN printed. */
  readonly plan: string;
  readonly otherValues?: string;
  readonly generic?: string;
  readonly unchanged?: { readonly rows: number; readonly of: number };
  /** Times as fast as without the cure; measured where it was made. */
  readonly cured?: number;
}
