/** A database without rows whose planner answers like production's, and experiments on it. */
import type { Name } from '../../catalog/model.ts';
import type { Session } from '../session/model.ts';
import type { Snapshot } from '../snapshot/model.ts';
import type { PlanFacts } from '../stats/model.ts';

/** How an engine makes a hollow database. */
export interface Hollow {
  /** Throws `twin.hollow` when figures of the snapshot cannot be: negative pages, shares above one, files larger than any. */
  check(snapshot: Snapshot): void;
  /** Server settings that a hollow twin of this snapshot needs from its start. */
  settings(snapshot: Snapshot): Readonly<Record<string, string>>;
  /**
   * Gives a restored, empty structure the statistics, file lengths and tree heights of the snapshot. The session is a superuser's on a server of our own on this
   * machine; plans are right for sessions opened afterwards. Throws `twin.hollow`.
   */
  apply(session: Session, snapshot: Snapshot): Promise<HollowResult>;
  /** Gives the session's database what all of production plans with, for sessions opened afterwards; the session is a superuser's. Settings that the server does not take are told. */
  settle(session: Session, snapshot: Snapshot): Promise<readonly NotExact[]>;
  /** Makes the session of a twin's owner plan as a role of production does: its rights, its row security, its settings. Throws `SqlError` when the role is not there. */
  become(session: Session, snapshot: Snapshot, role: string): Promise<void>;
  /** Experiments on a hollow database; the session is a superuser's and belongs to the experiments until `close`. */
  whatIf(session: Session, snapshot: Snapshot): Promise<WhatIf>;
}

export interface HollowResult {
  readonly tables: number;
  readonly indexes: number;
  /** Bytes that the files seem to have, and those they take on the disk. */
  readonly apparentBytes: number;
  readonly diskBytes: number;
  /** What the planner may see differently, and why. */
  readonly notExact: readonly NotExact[];
}

export interface NotExact {
  /** `column public.users.name`, `index public.docs_body_idx`, `setting jit`, `query 1f3a…`. */
  readonly what: string;
  readonly why: string;
}

/** An index that nobody has built. */
export interface IndexWish {
  readonly table: Name;
  /** What follows ON table: `USING gin (tags) WHERE deleted_at IS NULL`. */
  readonly definition: string;
  readonly unique: boolean;
}

export interface IndexGuess {
  readonly name: Name;
  readonly pages: number;
  /** Levels above the leaves; undefined for other methods than trees. */
  readonly level?: number;
  readonly rows: number;
  /** What the size rests on when it is more than column statistics. */
  readonly assumed: readonly string[];
}

/** Prices of queries as things would be; nothing that is tried stays. */
export interface WhatIf {
  /** Makes indexes that are there for the planner only; throws `SqlError` for a wrong definition. */
  create(wishes: readonly IndexWish[]): Promise<readonly IndexGuess[]>;
  drop(indexes: readonly Name[]): Promise<void>;
  /** Plan of a statement, `$n` given as values, while the named indexes are switched off and settings hold. */
  price(sql: string, values: readonly unknown[], trial?: Trial): Promise<PlanFacts>;
  /** The plan a prepared statement keeps for all values. */
  generic(sql: string, trial?: Trial): Promise<PlanFacts>;
  /**
   * Statistics over several columns with figures that were estimated from the columns' own; returns its name and what was assumed. With `dependency`, each column tells each other one
   * to this degree, 0 to 1.
   */
  statistics(
    table: Name,
    columns: readonly string[],
    distinct: number,
    dependency?: number,
  ): Promise<{ readonly name: Name; readonly assumed: readonly string[] }>;
  dropStatistics(name: Name): Promise<void>;
  /** Removes everything that was made here. */
  close(): Promise<void>;
}

export interface Trial {
  /** Role of the snapshot whose rights, row security and settings hold; else a role that may read and write every table and sees every row. */
  readonly role?: string;
  readonly without?: readonly Name[];
  readonly settings?: Readonly<Record<string, string>>;
}
