/** How a set of indexes is chosen by estimated cost: nouns. */
import type { Emit } from '../../base/event.ts';
import type { Engine, Snapshot, WhatIf } from '../../engine/model.ts';
import type {
  Budgets,
  Choice,
  DropCandidate,
  IndexCandidate,
  StatisticsCandidate,
  Work,
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
  /** For definitions of wider and merged indexes; without it only the candidates are weighed. */
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
  /** Share of the cost by which the choice may miss the best: 0.001 unless told, 0 to look until it is the best. */
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
