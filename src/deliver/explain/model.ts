/** One statement looked at as an expert would: nouns of `dbd explain`. */
import type { AlignedNode, JoinOrder, Plan } from '../../engine/model.ts';
import type { Basis } from '../../report/model.ts';
import type { PlanFinding, PlanFix } from '../../rules/plan/model.ts';
import type { Measured, Ratio } from '../../tune/proof/model.ts';

/** What the argument turned out to be. */
export type Subject =
  | {
      readonly kind: 'sql';
      /** With `$n`. */
      readonly sql: string;
      /** Of its parameters, from `$1` on. */
      readonly names: readonly string[];
      readonly shown: string;
    }
  | { readonly kind: 'plans'; readonly plans: readonly Plan[]; readonly shown: string };

/** A set of values with the plan it gets. */
export interface SeenPlan {
  /** `given`: handed in, or of the values that were given; `twin`: of the twin, where nothing else is to choose; `common` and `skewed`: of drawn or captured values; `generic`: for all values. */
  readonly kind: 'given' | 'twin' | 'common' | 'skewed' | 'generic';
  readonly values: readonly unknown[];
  readonly plan: Plan;
  /** Sets of values that get the same steps, of all. */
  readonly sets?: { readonly like: number; readonly of: number };
}

/** A fix that was tried, or the reason why not. */
export interface TriedFix {
  readonly fix: PlanFix;
  /** SQL or advice, as it is shown. */
  readonly shown: string;
  /** Rules whose findings it answers. */
  readonly rules: readonly string[];
  /** Planner's cost for the common values. */
  readonly cost?: { readonly before: number; readonly after: number };
  /** Times of interleaved runs on the filled twin. */
  readonly time?: { readonly before: Measured; readonly after: Measured; readonly ratio: Ratio };
  /** Measured where it ran, derived where only the planner was asked. */
  readonly basis?: Basis;
  readonly verdict: 'helps' | 'no-gain' | 'slower' | 'not-tried';
  /** One sentence. */
  readonly because: string;
  readonly aligned?: readonly AlignedNode[];
  readonly assumed: readonly string[];
}

/** The statement planned under another switch of the planner. */
export interface Strategy {
  /** `without nested loops`, `joined in the order as written`. */
  readonly says: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly cost: number;
  readonly steps: string;
  /** Milliseconds of single runs in turns, where there are rows. */
  readonly time?: Measured;
  readonly ratio?: Ratio;
  /** Of `pg_hint_plan`, where the source has it. */
  readonly hint?: string;
}

/** An order of joins, planned with the collapse limits at 1. */
export interface TriedOrder extends JoinOrder {
  readonly cost: number;
  readonly plan: Plan;
  /** The planner joins in this order by itself. */
  readonly own: boolean;
  /** Of runs in turns with the statement as it is, where there are rows. */
  readonly time?: Measured;
  readonly ratio?: Ratio;
  readonly verdict?: 'faster' | 'slower' | 'same' | 'not-proven';
  readonly because?: string;
  /** Of `pg_hint_plan`, where the source has it and the order is faster. */
  readonly hint?: string;
}

/** The orders of a statement's joins. */
export interface OrdersLook {
  /** Cheapest first; empty where they could not be tried, and `says` tells why. */
  readonly orders: readonly TriedOrder[];
  /** All connected left-deep orders are there. */
  readonly complete: boolean;
  /** The verdict in a sentence or two. */
  readonly says: string;
  /** The first step, from below, whose rows were far from their estimate. */
  readonly misled?: {
    readonly path: string;
    readonly node: string;
    readonly estimated: number;
    /** Rows of one loop. */
    readonly came: number;
  };
}

/** Everything that was found. */
export interface Explained {
  readonly sql?: string;
  readonly shown: string;
  /** Where the plans come from: `hollow twin of prod.dbds`, `file plan.json`. */
  readonly from: string;
  readonly plans: readonly SeenPlan[];
  /** The plan that was run on rows, where there are some. */
  readonly ran?: SeenPlan;
  /** Where that was: `a filled twin of 920,000 rows`. */
  readonly ranOn?: string;
  readonly findings: readonly PlanFinding[];
  readonly fixes: readonly TriedFix[];
  readonly strategies: readonly Strategy[];
  /** Where several tables are joined. */
  readonly orders?: OrdersLook;
  readonly compared?: {
    readonly before: Plan;
    readonly after: Plan;
    readonly aligned: readonly AlignedNode[];
  };
  readonly limits: readonly string[];
  readonly server?: string;
}
