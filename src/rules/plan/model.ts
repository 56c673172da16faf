/** What an expert looks for in a plan, one rule at a time. */
import type { Catalog, Name } from '../../catalog/model.ts';
import type {
  ColumnStatistics,
  ExtendedStatistics,
  RelationFigures,
  TableActivity,
} from '../../engine/snapshot/model.ts';
import type { Quote } from '../../engine/grammar/model.ts';
import type { Plan, PlanNode } from '../../engine/plans/model.ts';
import type { Severity } from '../../report/model.ts';

/** One thing that may be wrong with a plan, and why. */
export interface PlanRule {
  /** Noun phrase for what is found: `full-scan-for-few-rows`. */
  readonly id: string;
  readonly group: 'estimates' | 'reading' | 'joins' | 'work' | 'writes' | 'predicates';
  /** How much it matters where a large share of the time is at stake. */
  readonly severity: Severity;
  /** What is found, for the list of rules. */
  readonly finds: string;
  readonly because: string;
  readonly instead: string;
  /** What the plan alone does not tell; the rule is silent without it. Empty where EXPLAIN without ANALYZE is enough. */
  readonly needs: readonly PlanNeed[];
  /** Rules that say less about the same node, and are silent where this one speaks. */
  readonly replaces?: readonly string[];
  check(context: PlanContext): readonly PlanOffence[];
}

/** What a rule cannot do without, beside the plan itself. */
export type PlanNeed =
  | 'ANALYZE'
  | 'BUFFERS'
  | 'WAL'
  | 'SQL'
  | 'catalog'
  | 'column statistics'
  | 'table figures'
  | 'table activity'
  | 'counters'
  | 'other values'
  | 'generic plan'
  | 'other statements'
  | 'unchanged rows';

/** A plan and whatever else is known; every rule does with what it gets. */
export interface PlanContext {
  readonly plan: Plan;
  readonly quote: Quote;
  /** Text of the statement. */
  readonly sql?: string;
  readonly catalog?: Catalog;
  /** Of the snapshot: {@link import('../../engine/snapshot/model.ts').Snapshot.columns} and its neighbours. */
  readonly columns?: readonly ColumnStatistics[];
  readonly extended?: readonly ExtendedStatistics[];
  readonly relations?: readonly RelationFigures[];
  readonly activity?: readonly TableActivity[];
  /** What the server counted for this statement. */
  readonly counters?: PlanCounters;
  /** The same statement with other values. */
  readonly otherValues?: Plan;
  /** The plan that a prepared statement keeps for all values. */
  readonly generic?: Plan;
  /** Statements that the server counted beside this one. */
  readonly statements?: readonly PlanNeighbour[];
  /** Rows that this UPDATE changed and left as they were, counted where it was tried. */
  readonly unchanged?: { readonly rows: number; readonly of: number };
  /** `180004`. */
  readonly serverVersion?: number;
}

/** Counters of one statement over all its calls. */
export interface PlanCounters {
  readonly calls: number;
  readonly meanMs: number;
  readonly deviationMs: number;
  readonly maxMs?: number;
  readonly rows?: number;
}

/** Another statement of the same workload. */
export interface PlanNeighbour {
  readonly sql: string;
  readonly calls: number;
  readonly rows: number;
}

/** One place of a plan where a rule finds something. */
export interface PlanOffence {
  readonly node: PlanNode;
  /** Plain words with the user's own names and figures. */
  readonly message: string;
  /** Figures it rests on, in the order of reading: `rows read`, `rows kept`. */
  readonly evidence: Readonly<Record<string, number | string>>;
  /** Milliseconds that the fix could save at most; absent: what the node itself takes. */
  readonly stakeMs?: number;
  /** The same as a share of the plan's cost, for plans that were not run; absent: the node's own share. */
  readonly stakeCost?: number;
  readonly severity?: Severity;
  readonly fix: PlanFix;
}

/** What may be done about it; the first four can be tried on a twin. */
export type PlanFix =
  /** `definition` is what follows ON table: `USING btree (customer_id, created_at)`. */
  | { readonly kind: 'index'; readonly table: Name; readonly definition: string }
  | { readonly kind: 'statistics'; readonly table: Name; readonly columns: readonly string[] }
  /** `SET name = value` for one statement or role. */
  | {
      readonly kind: 'setting';
      readonly name: string;
      readonly value: string;
      readonly scope: 'statement' | 'role' | 'server';
    }
  /** Complete SQL: `ANALYZE public.orders`. */
  | { readonly kind: 'statement'; readonly sql: string }
  /** The statement said otherwise; `rule` is that of `engine.rewrites` where it has one. */
  | { readonly kind: 'rewrite'; readonly rule: string; readonly advice: string }
  | { readonly kind: 'advice'; readonly advice: string };

/** What a rule found in a plan. */
export interface PlanFinding {
  readonly rule: string;
  readonly severity: Severity;
  /** Place of the node: `0.1.0`. */
  readonly path: string;
  /** `Seq Scan on orders`. */
  readonly node: string;
  readonly message: string;
  readonly evidence: Readonly<Record<string, number | string>>;
  /** Share of the plan's time (`measured`) or of its cost (`estimated`) that the fix could save at most, 0 to 1. */
  readonly share: number;
  readonly basis: 'measured' | 'estimated';
  /** The same in milliseconds of one run; absent for plans that were not run. */
  readonly stakeMs?: number;
  readonly fix: PlanFix;
}
