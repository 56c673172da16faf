/** A deployed change beside what the database says of it. */
import type { Expected, Snapshot } from '../../engine/model.ts';
import type { PlannedStep } from '../../preflight/model.ts';
import type { Counters } from '../../snapshot/diff/counters.ts';
import type { StatementFigures } from './statements.ts';

export interface Confirmed {
  readonly title: string;
  readonly started: number;
  /** The call, to be typed again. */
  readonly again: string;
  readonly change: string;
  readonly steps: readonly PlannedStep[];
  /** Names of the tables that each step touches. */
  readonly tables: readonly (readonly string[])[];
  readonly expected: readonly (Expected & { readonly step: number })[];
  readonly before?: Snapshot;
  readonly after: Snapshot;
  readonly statements: readonly StatementFigures[];
  readonly counters?: Counters;
  readonly limits: readonly string[];
}
