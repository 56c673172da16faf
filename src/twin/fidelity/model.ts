/** How true a twin is: nouns. */
import type { Name } from '../../catalog/model.ts';

/** What was measured of a twin, what was derived, and what follows for reports that rest on it. */
export interface Fidelity {
  readonly kind: 'hollow' | 'filled';
  /** Rows of the twin ÷ rows of production. */
  readonly scale: number;
  readonly statistics: StatisticsFidelity;
  /** Undefined when nothing was there to compare plans with. */
  readonly plans?: PlansFidelity;
  /** Undefined for hollow twins, which have no rows. */
  readonly calibration?: Calibration;
  readonly queries: readonly QueryFidelity[];
  /** Parts of the mark, each met or not. */
  readonly marks: readonly Mark[];
  /** Every part that could be looked at is met, and at least one could; statistics alone do not make a filled twin pass. */
  readonly passed: boolean;
  /** One line that other reports cite. */
  readonly line: string;
  /** What the figures do not show. */
  readonly limits: readonly string[];
}

export interface Mark {
  readonly name: 'statistics' | 'plans' | 'rows' | 'blocks';
  /** What is asked, with its threshold. */
  readonly asks: string;
  readonly found: string;
  readonly met: boolean;
}

export interface StatisticsFidelity {
  /** Columns with statistics in the snapshot. */
  readonly columns: number;
  readonly within: number;
  /** Columns beyond a tolerance, worst first. */
  readonly beyond: readonly ColumnFidelity[];
  /** Columns that were not compared, and why. */
  readonly notCompared: readonly { readonly column: string; readonly why: string }[];
}

export interface ColumnFidelity {
  readonly relation: Name;
  readonly column: string;
  readonly inherited: boolean;
  /** Distances that were measured, worst first. */
  readonly distances: readonly Distance[];
  /** Greatest distance ÷ its tolerance; above 1 is beyond it. */
  readonly worst: number;
}

export interface Distance {
  readonly measure:
    | 'null share'
    | 'distinct values'
    | 'common values'
    | 'histogram'
    | 'correlation'
    | 'width'
    | 'no statistics';
  /** Difference of shares, or ratio for distinct values and width. */
  readonly value: number;
  readonly tolerance: number;
  /** Figures of production and of the twin, for people. */
  readonly there: string;
  readonly here: string;
}

export interface PlansFidelity {
  /** Whose plans these were compared with, and how sure those are production's. */
  readonly reference: 'production' | 'hollow twin';
  readonly basis: 'measured' | 'derived';
  readonly compared: number;
  readonly identical: number;
  /** Cost on the twin ÷ cost there: percentiles over the queries, of the larger way round. */
  readonly cost?: Spread;
  /** Estimates of the nodes of identical plans. */
  readonly estimates?: Spread;
  /** Actual rows of nodes that both sides have run; only when production itself was there. */
  readonly actual?: Spread;
}

/** Ratios, the larger over the smaller. */
export interface Spread {
  readonly n: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly most: number;
}

export interface Calibration {
  /** `measured` at full size; `derived` where figures were scaled. */
  readonly basis: 'measured' | 'derived';
  readonly replayed: number;
  readonly rows?: Spread;
  readonly blocks?: Spread;
  readonly time?: Spread;
  /** Share of the compared calls whose query reads pages within the factor. */
  readonly blocksWithin?: number;
}

export interface QueryFidelity {
  readonly name: string;
  readonly calls: number;
  /** What its values are: of real calls, drawn, or none. */
  readonly values: 'known' | 'drawn' | 'generic';
  readonly plan?: QueryPlan;
  readonly replay?: QueryReplay;
  /** It may carry conclusions about plans and rows. */
  readonly usable: boolean;
  /** Why it is not, or what the verdict rests on. */
  readonly because: string;
}

export interface QueryPlan {
  readonly identical: boolean;
  readonly costRatio: number;
  /** Where the plans part. */
  readonly differences: readonly string[];
  /** Worst ratio of estimated rows of a node. */
  readonly estimate?: number;
  /** Ratios of actual rows, node by node, when both sides have run it. */
  readonly actual?: readonly {
    readonly node: string;
    readonly there: number;
    readonly here: number;
    readonly ratio: number;
  }[];
}

/** Figures per call, of production and of the twin. */
export interface QueryReplay {
  readonly runs: number;
  readonly rows: Pair;
  readonly blocks: Pair;
  readonly temp: Pair;
  readonly walBytes?: Pair;
  readonly ms: Pair;
}

export interface Pair {
  readonly there: number;
  readonly here: number;
  /** The larger over the smaller, after the scale was considered. */
  readonly ratio: number;
  /** The larger over the smaller as they stand. */
  readonly direct: number;
}
