/** What candidates are thought of from, and what is told beside them: nouns. */
import type { Engine, IndexForm, Snapshot } from '../../engine/model.ts';
import type { DropCandidate, IndexCandidate, StatisticsCandidate, WorkQuery } from '../advice/model.ts';

/** Structure and statistics that candidates rest on; a whole snapshot fits. */
export type CandidateSource = Pick<Snapshot, 'catalog' | 'relations' | 'columns' | 'locale' | 'source'>;

export interface CandidateOptions {
  readonly engine: Engine;
  readonly snapshot: CandidateSource;
  readonly work: readonly WorkQuery[];
  /** Extensions that are not there and may be installed: `pg_trgm`. */
  readonly extensions?: readonly string[];
  /** Most candidates per table and in all. */
  readonly perTable?: number;
  readonly most?: number;
}

export interface IndexCandidates {
  /** Those of the heaviest queries first; the same input gives the same list. */
  readonly candidates: readonly IndexCandidate[];
  /** What was left out and why, one sentence each. */
  readonly told: readonly string[];
}

export interface DropOptions {
  readonly engine: Engine;
  /** Snapshot of the node that writes. */
  readonly primary: Snapshot;
  /** One for each replica, under the name it is known by. */
  readonly replicas: readonly { readonly name: string; readonly snapshot: Snapshot }[];
  /** How many replicas there are, where somebody has said so; else as many as the primary saw. */
  readonly replicaCount?: number;
  /** Indexes that may be made, which may do the work of one that is there. */
  readonly candidates?: readonly IndexCandidate[];
  /** Indexes, as `schema.name`, that plans of the workload use. */
  readonly used: ReadonlySet<string>;
  /** Days that counters must reach back on every node. */
  readonly leastDays?: number;
}

export interface DropCandidates {
  /** Redundant ones first, the largest first. */
  readonly candidates: readonly DropCandidate[];
  /** What is not offered and why, one sentence each. */
  readonly told: readonly string[];
}

export interface StatisticsCandidates {
  /** Those of the heaviest queries first. */
  readonly candidates: readonly StatisticsCandidate[];
  readonly told: readonly string[];
}

/** A candidate while candidates are thought of. */
export interface Draft {
  readonly form: IndexForm;
  readonly because: string;
  /** How likely it helps, for the cap: 1 is the form that a query asks for first. */
  readonly rank: number;
  /** Place of the first key whose order is wanted; absent when rows may come in any order. */
  readonly ordered?: number;
}
