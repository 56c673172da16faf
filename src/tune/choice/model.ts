/** How a set of indexes is chosen by estimated cost: nouns. */
import type { Emit } from '../../base/event.ts';
import type { Name } from '../../catalog/model.ts';
import type { Engine, Snapshot, WhatIf } from '../../engine/model.ts';
import type {
  Budgets,
  Choice,
  DropCandidate,
  IndexCandidate,
  StatisticsCandidate,
  ValueSet,
  Work,
  WorkQuery,
  WriteEstimate,
} from '../advice/model.ts';

/** What {@link import('./choice.ts').chooseIndexes} is given. */
export interface ChooseOptions {
  /** Its queries and writes; unsupported ones only keep indexes of their tables from being dropped. */
  readonly work: Work;
  readonly candidates: readonly IndexCandidate[];
  readonly drops: readonly DropCandidate[];
  readonly statistics: readonly StatisticsCandidate[];
  readonly budgets: Budgets;
  /** Experiments on a hollow twin of the snapshot; nothing made here stays. */
  readonly whatIf: WhatIf;
  readonly snapshot: Snapshot;
  /** Writes down wider and merged indexes; without it only the candidates are weighed. */
  readonly engine?: Pick<Engine, 'access'>;
  /** A query's estimated cost may grow to this multiple of today's; 1.02 unless told. */
  readonly slower?: number;
  readonly limits?: ChoiceLimits;
  readonly emit?: Emit;
  readonly signal: AbortSignal;
}

/** Where looking further ends; what was found by then is told with its bound. */
export interface ChoiceLimits {
  /** Plans priced, 20,000 unless told. */
  readonly calls?: number;
  /** Seconds of all pricing and solving, 60 unless told. */
  readonly seconds?: number;
  /** Seconds of one solution, 5 unless told; 0 leaves the solver out. */
  readonly solverSeconds?: number;
  /** Share of the cost by which the choice may miss the best: 0.01 unless told, 0 to look until it is the best. */
  readonly gap?: number;
}

/** {@link import('./choice.ts').chooseIndexes}, for those who compare it with others. */
export type ChooseIndexes = (options: ChooseOptions) => Promise<Choice>;

/** What experiments were asked so far. */
export interface WhatIfCalls {
  /** Plans, with values and generic ones. */
  readonly priced: number;
  readonly created: number;
  readonly dropped: number;
  readonly statistics: number;
}

/** An index that the choice is about: a candidate, which is there or not made, or an existing one, which stays or is dropped. */
export interface Item {
  /** Its place in the list of items. */
  readonly at: number;
  /** Id of a candidate, `schema.name` of an existing index. */
  readonly id: string;
  readonly kind: 'create' | 'drop';
  /** As the twin has it. */
  readonly name: Name;
  readonly table: Name;
  readonly bytes: number;
  readonly write: WriteEstimate;
  readonly assumed: readonly string[];
  readonly candidate?: IndexCandidate;
  readonly drop?: DropCandidate;
}

/** Places of the items that are there. */
export type Present = ReadonlySet<number>;

/** A query with one of its sets of values. */
export interface Unit {
  readonly query: WorkQuery;
  /** Absent: only the generic plan is priced. */
  readonly set?: ValueSet;
  /** Share of the query's calls. */
  readonly share: number;
  /** Plan of today. */
  readonly before: Priced;
  /** Milliseconds per day for each unit of cost. */
  readonly weight: number;
}

/** A plan's cost and the items that it uses. */
export interface Priced {
  readonly cost: number;
  readonly uses: readonly number[];
  /** Tables that it reads, without schemas, partitions as their whole. */
  readonly tables: readonly string[];
}

/** A plan that is known: it can be had at this cost wherever all that it uses is there. */
export interface Config {
  readonly uses: readonly number[];
  readonly cost: number;
  /** Sets of items at which the planner chose a dearer plan though this one could be had. */
  readonly except: readonly Present[];
}

/** Sets of items about which only a floor is known: those without any of `off`, with all of `on`, and with at least one of each list of `any`. */
export interface Leaf {
  readonly off: readonly number[];
  readonly on: readonly number[];
  readonly any: readonly (readonly number[])[];
  readonly floor: number;
}

/** A set of items with its cost by known plans, and the floor for all sets. */
export interface Found {
  readonly present: Present;
  readonly cost: number;
  readonly least: number;
  readonly by: 'solver' | 'search';
  /** Why looking ended before the gap was closed. */
  readonly ended?: string;
}

/** When rounds end. */
export interface Stop {
  readonly gap: number;
  readonly solverSeconds: number;
  /** A reason to end now, or undefined. */
  over(): string | undefined;
}
