/** What is rehearsed, and how it is carried out each time. */
import type { StatementRun } from '../apply/model.ts';
import type { Emit } from '../base/event.ts';
import type { Engine, Session, Watcher } from '../engine/model.ts';
import { withDeadline } from './deadline.ts';

/** How a subject is carried out this time. */
export interface Doing {
  readonly engine: Engine;
  readonly session: Session;
  readonly watcher?: Watcher;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** `performance.now()` from which the statements' times count. */
  readonly since: number;
  readonly onStatement: (run: StatementRun) => void;
  readonly afterPhase: (phase: string) => Promise<void>;
}

export interface Subject {
  readonly up: (doing: Doing) => Promise<void>;
  /** Undefined when no way back is known. */
  readonly down?: (doing: Doing) => Promise<void>;
}

/** What every time has in common. */
export interface Running extends Pick<Doing, 'engine' | 'session' | 'emit' | 'signal' | 'since'> {
  /** Longest time this may take, milliseconds. */
  readonly limitMs: number;
}

/** Carries a way out within its time limit; throws what it throws, `sql.timeout` at the limit, `interrupted` on the signal. */
export function carryOut(
  running: Running,
  way: Subject['up'],
  more: Partial<Pick<Doing, 'watcher' | 'onStatement' | 'afterPhase'>> = {},
): Promise<void> {
  const { engine, session, emit, since, limitMs } = running;
  return withDeadline({ session, signal: running.signal, limitMs }, (signal) =>
    way({
      engine,
      session,
      emit,
      signal,
      since,
      onStatement: () => undefined,
      afterPhase: () => Promise.resolve(),
      ...more,
    }),
  );
}
