/** A deployed change beside what the database says of it. */
import type { Expected, Snapshot } from '../../engine/model.ts';
import type { PlannedStep } from '../../preflight/model.ts';

/** Everything that the report is made of. */
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
  /** Whether counters went on from one look to the other. */
  readonly counters?: Readonly<Record<'tables' | 'workload', 'went on' | 'began again' | 'unknown'>>;
  readonly limits: readonly string[];
}

/** What a statement cost before and after. */
export interface StatementFigures {
  readonly sql: string;
  /** Tables it names, as written. */
  readonly tables: readonly string[];
  readonly before?: Span;
  readonly after: Span;
  /** After less before, milliseconds, and three standard errors of it. */
  readonly change?: { readonly ms: number; readonly noise: number };
  readonly verdict: 'slower' | 'faster' | 'alike' | 'noisy' | 'few' | 'new';
}

/** Calls of a time, with mean and standard deviation in milliseconds. */
export interface Span {
  readonly calls: number;
  readonly meanMs: number;
  readonly deviationMs: number;
}
