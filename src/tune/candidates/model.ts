/** What candidates are thought of from, and what is told beside them: nouns. */
import type { Engine, IndexForm, Snapshot } from '../../engine/model.ts';
import type { IndexCandidate, WorkQuery } from '../advice/model.ts';

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

/** A candidate while candidates are thought of. */
export interface Draft {
  readonly form: IndexForm;
  readonly because: string;
  /** How likely it helps, for the cap: 1 is the form that a query asks for first. */
  readonly rank: number;
  /** Place of the first key whose order is wanted; absent when rows may come in any order. */
  readonly ordered?: number;
}
