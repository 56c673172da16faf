/** How long locks are waited for: until others have waited as long as they may, or we have. */
import { setInterval as every } from 'node:timers';
import { DbdError, fail } from '../base/error.ts';
import { formatMs } from '../base/units.ts';
import type { Patience } from '../apply/locks.ts';
import type { Blocker, Engine, Session } from '../engine/model.ts';
import type { BudgetsConfig } from '../config/model.ts';

/** Milliseconds between two looks at who waits. */
const lookEveryMs = 50;

/** What a run may cost others where the target says nothing: ten seconds of waiting in all, locks tried for ten minutes. */
export const usual = { stallMs: 10_000, lockMs: 2000, patienceMs: 10 * 60_000 } as const;

/** Longest pause between two tries, milliseconds. */
const longestPauseMs = 30_000;

/** A stopwatch for what others wait because of one session. */
export interface StallWatch extends Patience {
  /** Milliseconds that others have waited so far, summed over them. */
  readonly spentMs: number;
  /** Who kept the session waiting when it was last looked. */
  readonly blockers: readonly Blocker[];
  /** A new step begins: its own patience with it. */
  begin(): void;
  /** Why what runs was cancelled from here; undefined while it may go on. */
  readonly stopped: DbdError | undefined;
  /** Cancels what runs. */
  cancel(why: DbdError): void;
  stop(): Promise<void>;
}

/** Looks on from a session of its own while another one works, and cancels what it runs when others have waited for it as long as they may. */
export function watchStalls(
  engine: Engine,
  looker: Session,
  worker: Session,
  budgets: BudgetsConfig,
  random: () => number = Math.random,
): StallWatch {
  const stallMs = budgets.stallMs ?? usual.stallMs;
  const patienceMs = budgets.patienceMs ?? usual.patienceMs;
  let [spentMs, began, looked] = [0, performance.now(), performance.now()];
  let blockers: readonly Blocker[] = [];
  let looking: Promise<void> | undefined;
  let stopped: DbdError | undefined;
  const cancel = (why: DbdError): void => {
    if (stopped) return;
    stopped = why;
    void worker.cancel().catch(() => undefined);
  };
  const spent = (): DbdError =>
    new DbdError(
      'runner.waited',
      `Others have waited ${formatMs(spentMs)} for what was running, which is more than the budget of ${formatMs(stallMs)}: it was cancelled.`,
      {
        hint: 'Nothing of its transaction stays. Plan the change in its online form (dbd plan), or raise `budgets.stall` of the target.',
      },
    );
  const look = async (): Promise<void> => {
    const waits = await engine.history.waits(looker, worker.pid).catch(() => undefined);
    const now = performance.now();
    if (waits) {
      spentMs += waits.waiting * (now - looked);
      if (waits.blockers.length > 0) blockers = waits.blockers;
      // While it waits itself, its next try decides; what holds others up while it works is ended now.
      if (spentMs >= stallMs && waits.waiting > 0 && waits.blockers.length === 0) cancel(spent());
    }
    looked = now;
  };
  const timer = every(() => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
  }, lookEveryMs);
  return {
    get spentMs() {
      return spentMs;
    },
    get stopped() {
      return stopped;
    },
    cancel,
    get blockers() {
      return blockers;
    },
    begin() {
      began = performance.now();
      blockers = [];
    },
    // Nobody waits longer behind one try than what is left of the budget.
    lockMs: (allowed) =>
      Math.max(10, Math.min(allowed || usual.lockMs, budgets.lockMs ?? usual.lockMs, stallMs - spentMs)),
    async again(attempt, error, name) {
      await looking;
      const waited = performance.now() - began;
      const held = blockers.length > 0 ? ` It is held by ${blockers.map(blockerText).join('; ')}.` : '';
      if (spentMs >= stallMs)
        fail(
          'runner.waited',
          `${name}: the lock was not granted in ${attempt} tries, and others have waited ${formatMs(spentMs)} behind them, which is the budget of ${formatMs(stallMs)}.${held}`,
          { cause: error, hint: hintFor(blockers) },
        );
      // Exponential with full jitter, so that two runners, or a runner and a job, do not meet again and again.
      const ms = Math.min(longestPauseMs, 100 * 2 ** Math.min(attempt, 10)) * (0.5 + random() * 0.5);
      if (waited + ms > patienceMs)
        fail(
          'runner.waited',
          `${name}: the lock was not granted in ${attempt} tries within ${formatMs(patienceMs)}.${held}`,
          { cause: error, hint: hintFor(blockers) },
        );
      return ms;
    },
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}

function hintFor(blockers: readonly Blocker[]): string {
  const [first] = blockers;
  return first
    ? `Nothing of this transaction stays. End that transaction (SELECT pg_terminate_backend(${first.pid});), then run \`dbd migrate\` again.`
    : 'Nothing of this transaction stays. Run `dbd migrate` again when less is going on.';
}

/** `process 4711, role app, "worker", idle in transaction since …, holding public.users AccessShareLock`. */
export function blockerText({ pid, role, application, host, state, since, holds }: Blocker): string {
  return [
    `process ${pid}`,
    role ? `role ${role}` : '',
    application ? `“${application}”` : '',
    host ?? '',
    state ? `${state}${since ? ` since ${since}` : ''}` : '',
    holds.length > 0 ? `holding ${holds.slice(0, 3).join(', ')}` : '',
  ]
    .filter(Boolean)
    .join(', ');
}
