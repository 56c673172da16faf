/** Changes and files as subjects of a rehearsal. */
import { applyChange } from '../apply/apply.ts';
import type { Change } from '../change/model.ts';
import type { Doing, Subject } from './doing.ts';
import { runFiles, type SqlFile } from './files.ts';

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
