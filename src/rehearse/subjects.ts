/** What can be rehearsed: a planned change, or files that somebody wrote. */
import { applyChange } from '../apply/apply.ts';
import type { Change } from '../change/model.ts';

import type { Sandbox, SandboxDatabase } from '../sandbox/model.ts';
import { carryOut, defaultLimitMs, type Doing, type Subject } from './doing.ts';
import { runFiles, type SqlFile } from './files.ts';
import type { RehearsalOptions, StatementRun } from './model.ts';

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
  const steps = new Map(change.phases.flatMap((phase) => phase.steps.map((step) => [step.id, step])));
  return {
    up: go('up'),
    down: go('down'),
    limitOf: (run) => steps.get(run.step ?? '')?.lockTimeoutMs || undefined,
  };
}

/** SQL files as psql would run them; the way back is other files, or statements found by comparison. */
export function filesSubject(up: readonly SqlFile[], down: readonly SqlFile[] | undefined): Subject {
  return {
    names: 'database',
    up: (doing) => runFiles(doing, up),
    ...(down ? { down: (doing: Doing) => runFiles(doing, down) } : {}),
  };
}

/** Carries a subject out once, watched, and gives its statements; throws what it throws. */
export async function watchedOnce(
  options: Pick<RehearsalOptions, 'engine' | 'emit' | 'signal' | 'limitMs'>,
  subject: Subject,
  sandbox: Sandbox,
  database: SandboxDatabase,
): Promise<readonly StatementRun[]> {
  const { engine, emit, signal } = options;
  const statements: StatementRun[] = [];
  const watcher = await engine.watch.open(database.adminUrl, sandbox.log);
  try {
    const session = await engine.connect(database.ownerUrl, {
      application: 'dbd change',
      ...(subject.names ? { names: subject.names } : {}),
    });
    try {
      await carryOut(
        {
          engine,
          session,
          emit,
          signal,
          since: performance.now(),
          limitMs: options.limitMs ?? defaultLimitMs,
        },
        subject.up,
        { watcher, onStatement: (run) => void statements.push(run) },
      );
    } finally {
      await session.close();
    }
  } finally {
    await watcher.close();
  }
  return statements;
}
