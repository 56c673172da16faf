/** What is rehearsed: something that can be done to a database, and perhaps taken back. */
import { applyChange } from '../apply/apply.ts';
import type { StatementRun } from '../apply/model.ts';
import type { Emit } from '../base/event.ts';
import type { Change } from '../change/model.ts';
import type { Engine, Session, Watcher } from '../engine/model.ts';
import { runFiles, type SqlFile } from './files.ts';

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
  up(doing: Doing): Promise<void>;
  /** Undefined when no way back is known. */
  readonly down?: (doing: Doing) => Promise<void>;
}

/** A planned change with its own way back. */
export function changeSubject(change: Change): Subject {
  const go = (direction: 'up' | 'down') => async (doing: Doing) => {
    const { engine, session, watcher, emit, signal, since, onStatement, afterPhase } = doing;
    await applyChange({
      engine,
      session,
      change,
      direction,
      ...(watcher ? { watcher } : {}),
      emit,
      signal,
      since,
      onStatement,
      onPhase: (phase, when) =>
        when === 'after' ? afterPhase(`${phase.number} ${phase.name}`) : Promise.resolve(),
    });
  };
  return { up: go('up'), down: go('down') };
}

/** SQL files as psql would run them; the way back is other files, or statements found by comparison. */
export function filesSubject(up: readonly SqlFile[], down: readonly SqlFile[] | undefined): Subject {
  return {
    up: (doing) => runFiles(doing, up),
    ...(down ? { down: (doing: Doing) => runFiles(doing, down) } : {}),
  };
}
