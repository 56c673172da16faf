/** Sessions that work on the same rows: nouns. */
import type { Name } from '../../catalog/model.ts';
import type { Isolation } from '../../engine/contention/model.ts';
import type { QueryShape } from '../../engine/model.ts';

/** What the outcome of concurrent work has that no order of the same work one after the other gives. */
export type Anomaly = 'lost update' | 'write skew' | 'phantom' | 'taken twice' | 'not serializable';

/** Values of a unit's parameters by name. */
export type Bound = Readonly<Record<string, unknown>>;

/** One statement of a unit of work, with `$n` parameters. */
export interface UnitStep {
  readonly sql: string;
  /** Parameters in the order of their numbers. */
  readonly names: readonly string[];
  readonly shape: QueryShape;
  /** Table that it writes. */
  readonly writes?: Name;
  /** New values that the application calculates from what an earlier statement read. */
  readonly derives: readonly { readonly parameter: string; readonly column: string; readonly from: number }[];
  /** Values that the application hands on as it read them, such as a version. */
  readonly carries: readonly { readonly parameter: string; readonly column: string; readonly from: number }[];
  /** A read that the application decides by: it goes on to write only when it sees what it hopes for. */
  readonly guard: boolean;
}

/** The statements of one transaction of the application. */
export interface Unit {
  /** Id of the access pattern. */
  readonly id: string;
  readonly says: string;
  readonly steps: readonly UnitStep[];
}

/** Two sessions, each with a unit and its values. */
export interface Scenario {
  readonly units: readonly [Unit, Unit];
  readonly values: readonly [Bound, Bound];
  /** `the same rows`, `rows of one check`, `the same rows in opposite order`. */
  readonly meets: string;
}

/** What two sessions came to at one isolation level. */
export interface Meeting {
  readonly isolation: Isolation;
  readonly anomaly?: Anomaly;
  /** Sessions that committed. */
  readonly committed: number;
  /** Statements that waited for the other session. */
  readonly waits: number;
  readonly serialization: number;
  readonly deadlocks: number;
  /** Updates that found the row changed since it was read, and were begun anew. */
  readonly conflicts: number;
  /** Constraint or message that refused a session for good. */
  readonly refused?: string;
}

/** A unit of work in another form, and how it did. */
export interface Advised {
  readonly form: string;
  /** Statements of the first unit as advised, with what must stand before. */
  readonly shown: readonly string[];
  readonly meetings: readonly Meeting[];
  /** Why it could not be tried. */
  readonly untried?: string;
}

export interface Tried {
  readonly scenario: Scenario;
  readonly meetings: readonly Meeting[];
  readonly advice?: string;
  readonly advised?: Advised;
}

/** Many sessions at once, for a while. */
export interface ContentionStorm {
  readonly unit: string;
  /** `as written`, or the advised form. */
  readonly form: string;
  readonly isolation: Isolation;
  readonly sessions: number;
  readonly commits: number;
  readonly serialization: number;
  readonly deadlocks: number;
  /** Transactions given up after too many tries, or refused. */
  readonly refused: number;
  /** Committed changes that the rows do not show. */
  readonly lost?: number;
  /** Rows beyond the first of each key that the check should have kept single. */
  readonly duplicates?: number;
  /** Rows that break a rule afterwards and did not before, by rule id. */
  readonly broken: Readonly<Record<string, number>>;
}

export interface ContentionResult {
  readonly tried: readonly Tried[];
  readonly storms: readonly ContentionStorm[];
  readonly limits: readonly string[];
}
