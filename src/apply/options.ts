/** What applying a change is given, and how its statements are named. */
import { SqlError } from '../base/error.ts';
import type { Emit } from '../base/event.ts';
import type { Change } from '../change/model.ts';
import type { Engine, Session, Watcher } from '../engine/model.ts';
import type { Keeper } from './backfill.ts';
import type { Patience, RetryOptions } from './locks.ts';
import type { StatementRun } from './model.ts';
import type { Direction, Unit, UnitStep } from './units.ts';

export interface ApplyOptions {
  readonly engine: Engine;
  /** A session of the unprivileged owner. */
  readonly session: Session;
  /** A superuser's, for steps that only one may run; without it they run as the owner and fail. */
  readonly superuser?: Session;
  readonly change: Change;
  readonly direction: Direction;
  /** Sees locks, rewrites and scans of each statement; without it these stay empty. */
  readonly watcher?: Watcher;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** `performance.now()` from which the statements' times count; default: now. */
  readonly since?: number;
  /** Called after each statement has ended and its transaction is over. */
  readonly onStatement?: (run: StatementRun) => void;
  /** Called before the first and after the last statement of each phase. */
  readonly onPhase?: (
    phase: { readonly number: number; readonly name: string },
    when: 'before' | 'after',
  ) => Promise<void>;
  /** Which units are carried out; all when absent. */
  readonly wanted?: (unit: Unit) => boolean;
  /** Notes what happens to each unit. */
  readonly journal?: Journal;
  /** How locks are waited for; politely, some twenty tries, when absent. */
  readonly patience?: Patience;
  /** Paces backfills that say how they may be cut, and keeps how far they have come; their own loops run when absent. */
  readonly keeper?: (entry: UnitStep) => Keeper;
}

/** Notes what happens to each unit where it happens, so that a later run knows. What it throws ends the run. */
export interface Journal {
  /** Before a unit's first try; may refuse to begin, and may have finished it by its own means. */
  before(unit: Unit): Promise<'go on' | 'is done'>;
  /** Its statements were carried out; for a transaction, within it and before the commit. */
  done(unit: Unit, attempts: number, ms: number): Promise<void>;
  /** It was given up, and its transaction was rolled back. */
  failed(unit: Unit, error: unknown): Promise<void>;
}

/** Receives the record of an executed statement. */
export type Done = (run: StatementRun) => void;

/** The statement's earlier tries, whose waiting held others up too. */
export function withTries(run: StatementRun, earlier: readonly StatementRun[]): StatementRun {
  const tries = earlier.filter((one) => one.sql === run.sql && one !== run).map(({ at, ms }) => ({ at, ms }));
  return tries.length === 0 ? run : { ...run, tries };
}

/** The session that a unit runs in. */
export function sessionFor({ session, superuser }: ApplyOptions, unit: Unit): Session {
  return unit.superuser && superuser ? superuser : session;
}

/** How a unit's locks are waited for. */
export function retryOptions(options: ApplyOptions, unit: Unit): RetryOptions {
  const { engine, emit, signal, patience } = options;
  const { origin, step } = unit.steps[0]!;
  return {
    engine,
    emit,
    signal,
    name: `${origin}, step ${step.id}`,
    lockTimeoutMs: unit.lockTimeoutMs,
    ...(patience ? { patience } : {}),
  };
}

/** File and step of a statement. */
export function placeOf(entry: UnitStep): { readonly origin: string; readonly step: string } {
  return { origin: entry.origin, step: entry.step.id };
}

/** The server's error with file and step before its message. */
export function placed(error: unknown, entry: UnitStep): unknown {
  if (!(error instanceof SqlError)) return error;
  const more = {
    cause: error,
    details: { origin: entry.origin, step: entry.step.id },
    ...(error.hint ? { hint: error.hint } : {}),
  };
  return new SqlError(
    error.code,
    `${entry.origin}, step ${entry.step.id}: ${error.message}`,
    error.statement,
    error.fields,
    more,
  );
}
