/** Ends what does not end by itself: endless loops in a migration, with or without a statement timeout of their own. */
import { SqlError } from '../base/error.ts';
import { formatMs } from '../base/units.ts';
import { fail } from '../base/error.ts';
import type { Session } from '../engine/model.ts';

/** Time a cancelled statement gets to end before its session is given up; SQL may catch the cancel. */
const graceMs = 3000;

/** Runs the work with a signal that fires at the limit or when the caller's does; the session's statement is cancelled then. Throws `SqlError` `sql.timeout` at the limit and `interrupted` on the caller's signal. */
export async function withDeadline<T>(
  options: { readonly session: Session; readonly signal: AbortSignal; readonly limitMs: number },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { session, limitMs } = options;
  const limit = new AbortController();
  const signal = AbortSignal.any([options.signal, limit.signal]);
  const timer = setTimeout(() => limit.abort(), limitMs);
  const cancel = (): void => void session.cancel().catch(() => undefined);
  signal.addEventListener('abort', cancel, { once: true });
  let giveUp: NodeJS.Timeout | undefined;
  const stuck = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => (giveUp = setTimeout(() => reject(new Error('stuck')), graceMs)), {
      once: true,
    });
  });
  const running = work(signal);
  running.catch(() => undefined);
  try {
    return await Promise.race([running, stuck]);
  } catch (error) {
    if (options.signal.aborted) fail('interrupted', 'The rehearsal was stopped.');
    if (!limit.signal.aborted) throw error;
    const statement = error instanceof SqlError ? error.statement : '';
    throw new SqlError(
      'sql.timeout',
      `It ran longer than ${formatMs(limitMs)} and was cancelled.`,
      statement,
      { sqlstate: '57014' },
      { cause: error },
    );
  } finally {
    clearTimeout(timer);
    clearTimeout(giveUp);
    signal.removeEventListener('abort', cancel);
  }
}
