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

/** Decides how long a lock is waited for, and how often. */
export interface Patience {
  /** Milliseconds that the next try may wait for a lock, of those that the step allows. */
  lockMs(allowed: number): number;
  /** Milliseconds until the next try; throws when it is to be given up. */
  again(attempt: number, error: unknown, name: string): Promise<number>;
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
  readonly patience?: Patience;
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
      const last = options.patience === undefined && attempt >= maxAttempts;
      if (!options.engine.locking.retryable(error) || last || options.signal.aborted) throw error;
      const ms = (await options.patience?.again(attempt, error, options.name)) ?? pauseMs(attempt);
      options.emit({
        kind: 'note',
        text: `${options.name}: lock not granted within ${formatMs(options.lockTimeoutMs)}, try ${attempt + 1} after ${formatMs(ms)}`,
      });
      await options.between?.();
      await pause(ms, options.signal);
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
