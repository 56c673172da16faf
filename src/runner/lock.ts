/** One runner at a time. */
import { randomUUID } from 'node:crypto';
import { fail } from '../base/error.ts';
import { formatMs } from '../base/units.ts';
import { pause } from '../apply/locks.ts';
import type { Holder } from '../engine/model.ts';
import type { Run } from './model.ts';
import { note } from './notes.ts';

/** Milliseconds between two looks at a lock that another runner holds. */
const lookEveryMs = 250;

/** A number for the next run. */
export function newRun(): string {
  return randomUUID().slice(0, 8);
}

/** Does the work while no other runner can; waits so long for the one that is at it, then throws `runner.locked` naming it. */
export async function alone<T>(run: Run, what: string, waitMs: number, work: () => Promise<T>): Promise<T> {
  const { engine, place, signal, emit } = run;
  const { session, target } = place;
  const until = performance.now() + waitMs;
  let told = false;
  while (!(await engine.history.hold(session, target.schema))) {
    const holder = await engine.history.holder(session, target.schema);
    if (signal.aborted) fail('interrupted', 'Stopped while waiting for another runner.');
    if (performance.now() >= until)
      fail('runner.locked', `Another runner is at work on ${target.shown}: ${holderText(holder)}.`, {
        hint: 'Wait for it, or give --wait 10min. If its machine is gone, its lock ends with its connection; `SELECT pg_terminate_backend(pid)` ends it at once.',
        details: { ...holder },
      });
    if (!told) emit({ kind: 'note', text: `waiting ${formatMs(waitMs)} at most for ${holderText(holder)}` });
    told = true;
    await pause(lookEveryMs, signal);
  }
  try {
    await engine.history.install(session, target.schema);
    await note(run, { kind: 'run', change: '', hash: '', note: what });
    return await work();
  } finally {
    await engine.history.release(session, target.schema).catch(() => undefined);
  }
}

/** `process 4711 on ci-7 as deploy (dbd runner) since 2026-11-20T09:15:00Z`. */
export function holderText(holder: Holder | undefined): string {
  if (!holder) return 'one that has just ended';
  const { pid, host, role, application, since } = holder;
  return [
    `process ${pid}`,
    host ? `on ${host}` : '',
    role ? `as ${role}` : '',
    application ? `(${application})` : '',
    since ? `since ${since}` : '',
  ]
    .filter(Boolean)
    .join(' ');
}
