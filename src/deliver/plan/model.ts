/** What planning the way from one structure to another found out. */
import type { DbdError, SqlError } from '../../base/error.ts';
import type { Catalog } from '../../catalog/model.ts';
import type { Change } from '../../change/model.ts';
import type { Planned, TableSize, WitnessDifference } from '../../engine/model.ts';
import type { Sandbox, SandboxDatabase } from '../../sandbox/model.ts';

/** A side of a plan as a database of a sandbox. */
export interface Side {
  readonly sandbox: Sandbox;
  readonly database: SandboxDatabase;
  readonly catalog: Catalog;
  /** Where the structure came from, for people; never with a password. */
  readonly source: string;
  /** What is not as it is there. */
  readonly limits: readonly string[];
  /** Objects of the source that the database lacks: path and definition. */
  readonly lacks: ReadonlyMap<string, string>;
  /** Sizes by `schema.name` where the source told them. */
  readonly sizes?: ReadonlyMap<string, TableSize>;
}

/** What is there, and what is wanted. */
export interface Sides {
  readonly from: Side;
  readonly to: Side;
}

/** A way that was tried on a copy of the database. */
export interface Tried {
  readonly change: Change;
  /** Steps that do not make the application wait, or the statements as they are. */
  readonly form: 'online' | 'short';
  /** Why it could not be carried out. */
  readonly failed?: DbdError;
  /** The rows that the start came with do not allow it; it was carried out without them. */
  readonly rows?: SqlError;
  /** Objects that are not as they are wanted; undefined when it could not be carried out. */
  readonly left?: readonly WitnessDifference[];
  /** A reader of another product that found both alike: `pg_dump 15`. */
  readonly third?: string;
  /** The way back: what differs from the start afterwards, or why it failed. */
  readonly back?: { readonly left: readonly WitnessDifference[]; readonly failed?: DbdError };
}

/** An object that keeps a plan from being handed out. */
export interface Refused {
  readonly path: string;
  readonly why: string;
}

export interface PlanOutcome {
  readonly sides: Sides;
  readonly planned: Planned;
  /** Differences before anything was done. */
  readonly apart: readonly WitnessDifference[];
  /** The way that is handed out; undefined when nothing is to be done, or nothing converged. */
  readonly way?: Tried;
  /** Ways that were tried before and do not lead there, each with the reason. */
  readonly others: readonly Tried[];
  /** Why statements have no online form. */
  readonly short: readonly string[];
  /** What keeps a plan from being handed out, by path. */
  readonly refused: readonly Refused[];
}
