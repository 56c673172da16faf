/** Up, down and up again: does the change leave no trace when it is taken back, and does it arrive at the same place twice? */
import { differences } from '../catalog/difference.ts';
import type { Catalog } from '../catalog/model.ts';
import { SqlError } from '../base/error.ts';
import type { Engine, Session } from '../engine/model.ts';
import type { RoundTrip, StatementRun } from './model.ts';
import { compareRows, type Fingerprints } from './rows.ts';

/** The state before the change and how to look at it again. */
export interface Start {
  readonly catalog: Catalog;
  readonly prints: Fingerprints;
  /** Opens the database that nothing was done to. */
  readonly open: () => Promise<Session>;
}

export interface TripOptions {
  readonly engine: Engine;
  /** Session on the database that went up. */
  readonly session: Session;
  readonly start: Start;
  /** Catalog after the first up. */
  readonly after: Catalog;
  readonly upMs: number;
  readonly down: (onStatement: (run: StatementRun) => void) => Promise<void>;
  readonly up: () => Promise<void>;
}

export interface Trip {
  readonly roundTrip?: RoundTrip;
  readonly downFailed?: SqlError;
  /** The way back worked, but the second way up did not. */
  readonly secondUpFailed?: SqlError;
}

/** Goes down and up again; what the server rejects on the way is part of the result. */
export async function roundTrip(options: TripOptions): Promise<Trip> {
  const { engine, session, start } = options;
  let downMs = 0;
  const downFailed = await failure(() => options.down((run) => void (downMs += run.ms)));
  if (downFailed) return { downFailed };
  const back = await engine.inspect(session);
  const rows = await compareRows(engine, start, { session, catalog: back });
  const secondUpFailed = await failure(options.up);
  const second = secondUpFailed
    ? {}
    : { afterSecondUp: differences(options.after, await engine.inspect(session)) };
  return {
    roundTrip: { upMs: options.upMs, downMs, afterDown: differences(start.catalog, back), ...second, rows },
    ...(secondUpFailed ? { secondUpFailed } : {}),
  };
}

/** What the server rejected, or undefined; other errors are thrown. */
export async function failure(work: () => Promise<void>): Promise<SqlError | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (error instanceof SqlError) return error;
    throw error;
  }
}
