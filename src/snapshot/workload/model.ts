/** A snapshot's workload made ready to run: nouns. */
import type { CapturedStatement } from '../../engine/model.ts';
import type { ExcludedQuery, PreparedQuery } from '../../workload/model.ts';

/** What the values of a query are: of real calls, drawn from statistics, or none, so that only its generic plan can be told. */
export type ValueBasis = 'known' | 'drawn' | 'generic';

/** A counted statement that runs. */
export interface CapturedQuery extends PreparedQuery {
  readonly basis: ValueBasis;
  /** What production counted. */
  readonly captured: CapturedStatement;
  /** Types of its parameters as the twin's server infers them. */
  readonly types: readonly string[];
  /** What is assumed of its values, or why there are none. */
  readonly told: readonly string[];
}

/** A counted statement that is not run, and why. */
export interface ExcludedStatement extends ExcludedQuery {
  readonly captured: CapturedStatement;
}

export interface SnapshotQueries {
  /** Most calls first. */
  readonly queries: readonly CapturedQuery[];
  readonly excluded: readonly ExcludedStatement[];
  /** What the figures rest on, one sentence each. */
  readonly limits: readonly string[];
}
