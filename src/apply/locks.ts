/** Waiting for locks politely: a short limit, and another try after a pause. */
import type { Emit } from '../base/event.ts';
import { formatMs } from '../base/units.ts';
import type { Engine } from '../engine/model.ts';

/** Tries before a lock is given up. */
export const maxAttempts = 20;

/** Pause before try number `attempt` + 1, milliseconds: doubling from 50 ms, at most 2 s, so that those who were queued behind the last try get through. */
export function pauseMs(attempt: number): number {
  return Math.min(2000, 50 * 2 ** (attempt - 1));
}

/** What trying needs beside the work. */
export interface RetryOptions {
  readonly engine: Engine;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** What is tried, for the progress line. */
  readonly name: string;
  readonly lockTimeoutMs: number;
  /** Cleans up between two tries. */
  readonly between?: () => Promise<void>;
}

/** Does the work until its locks are granted; the work gets the number of the try, from 1. Other errors, and the last try's, are thrown. */
export async function withRetries<T>(
  options: RetryOptions,
  work: (attempt: number) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt);
    } catch (error) {
      if (!options.engine.locking.retryable(error) || attempt >= maxAttempts || options.signal.aborted)
        throw error;
      options.emit({
        kind: 'note',
        text: `${options.name}: lock not granted within ${formatMs(options.lockTimeoutMs)}, try ${attempt + 1} after ${formatMs(pauseMs(attempt))}`,
      });
      await options.between?.();
      await pause(pauseMs(attempt), options.signal);
    }
  }
}

/** Resolves after the time, or at once when the signal fires. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
