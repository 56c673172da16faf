/** Maintenance windows and live limits: what is not begun, and what stops. */
import { DbdError, fail } from '../base/error.ts';
import { formatMs } from '../base/units.ts';
import { pause } from '../apply/locks.ts';
import type { Unit } from '../apply/units.ts';
import type { Pressure, Session } from '../engine/model.ts';
import type { Run } from './model.ts';
import type { StallWatch } from './patience.ts';
import { phaseKey, unitName } from './steps.ts';
import { windowState } from './windows.ts';

/** What a step is taken to need at least, milliseconds: its lock, and a moment. */
const momentMs = 5000;
/** Milliseconds that a limit may stay passed before the run ends at a safe place. */
export const limitPatienceMs = 10 * 60_000;
/** Milliseconds between two looks while a limit is passed. */
const lookEveryMs = 500;
/** Milliseconds between two looks while a step runs, and for which a limit may be passed then. */
const duringMs = 1000;
const graceMs = 5000;
/** Age of another transaction beside which nothing is begun where the target says nothing, milliseconds. */
const usualTransactionMs = 15 * 60_000;

export interface Limits {
  /** Throws `runner.window` or `runner.limit` when a unit must not begin; waits a while for limits first. */
  before(change: string, unit: Unit): Promise<void>;
  /** Looks while something runs, and cancels it when the window closes or a limit stays passed. */
  during(stalls: Pick<StallWatch, 'cancel'>): { stop(): Promise<void> };
  /** Throws when the window has closed. */
  open(name: string, neededMs: number): void;
  /** What could not be watched. */
  readonly unseen: ReadonlySet<string>;
}

/** The limits of a run. `known` tells how long a step took on the environment before. */
export function limitsOf(
  run: Run,
  looker: Session,
  known: (change: string, phase: string, step: string) => number | undefined = () => undefined,
  now: () => Date = () => new Date(),
): Limits {
  const { engine, place, signal, emit } = run;
  const { budgets, windows } = place.target;
  const unseen = new Set<string>();
  const open = (name: string, neededMs: number): void => {
    const state = windowState(windows, now());
    if (state.kind === 'shut')
      fail(
        'runner.window',
        `${name} is not begun: the maintenance window of ${place.target.name ?? place.target.shown} is closed.`,
        {
          hint: `It opens ${state.opensAt ? `at ${state.opensAt.toISOString()}` : 'never'}: ${windows.map(({ text }) => text).join('; ')}. Everything so far stays; run \`dbd migrate\` then.`,
        },
      );
    if (state.kind === 'open' && state.leftMs < neededMs)
      fail(
        'runner.window',
        `${name} is not begun: it needs ${formatMs(neededMs)}, and the window (${state.window.text}) closes in ${formatMs(state.leftMs)}.`,
        { hint: 'Everything so far stays; run `dbd migrate` in the next window.' },
      );
  };
  const passed = (pressure: Pressure): string | undefined => {
    const { lagMs, oldest } = pressure;
    if (budgets.lagMs !== undefined && lagMs !== undefined && lagMs > budgets.lagMs)
      return `a standby is ${formatMs(lagMs)} behind (limit ${formatMs(budgets.lagMs)})`;
    const most = budgets.transactionMs ?? usualTransactionMs;
    if (oldest !== undefined && oldest.ms > most)
      return `process ${oldest.pid}${oldest.application ? ` (${oldest.application})` : ''} has been in a transaction for ${formatMs(oldest.ms)} (limit ${formatMs(most)})`;
    return undefined;
  };
  return {
    unseen,
    open,
    during(stalls) {
      let since: number | undefined;
      const look = async (): Promise<void> => {
        const name = place.target.name ?? place.target.shown;
        if (windowState(windows, now()).kind === 'shut')
          return stalls.cancel(
            new DbdError(
              'runner.window',
              `The maintenance window of ${name} closed while a step ran: it was cancelled.`,
              { hint: 'Everything before it stays; run `dbd migrate` in the next window.' },
            ),
          );
        const { lagMs = 0 } = await engine.history.pressure(looker, undefined, place.session.pid);
        if (budgets.lagMs === undefined || lagMs <= budgets.lagMs) since = undefined;
        else since ??= performance.now();
        if (since !== undefined && performance.now() - since > graceMs)
          stalls.cancel(
            new DbdError(
              'runner.limit',
              `A standby is ${formatMs(lagMs)} behind (limit ${formatMs(budgets.lagMs!)}) while a step runs: it was cancelled.`,
              { hint: 'Everything before it stays; run `dbd migrate` again when the standby has caught up.' },
            ),
          );
      };
      let looking: Promise<void> | undefined;
      const timer = setInterval(() => {
        looking ??= look()
          .catch(() => undefined)
          .finally(() => {
            looking = undefined;
          });
      }, duringMs);
      return {
        async stop() {
          clearInterval(timer);
          await looking;
        },
      };
    },
    async before(change, unit) {
      const name = unitName(change, unit);
      const needed = unit.steps.reduce(
        (sum, { phase, step }) => sum + (known(change, phaseKey(phase), step.id) ?? 0),
        momentMs,
      );
      open(name, needed);
      const until = performance.now() + Math.min(limitPatienceMs, budgets.patienceMs ?? limitPatienceMs);
      let told = false;
      for (;;) {
        const pressure = await engine.history.pressure(looker, undefined, place.session.pid);
        if (budgets.lagMs !== undefined || budgets.transactionMs !== undefined)
          for (const { what, grant } of pressure.unseen) unseen.add(`Not seen: ${what}. ${grant}.`);
        const why = passed(pressure);
        if (why === undefined) return;
        if (signal.aborted) fail('interrupted', 'Stopped while waiting for a limit.');
        if (performance.now() > until)
          fail('runner.limit', `${name} is not begun: ${why}.`, {
            hint: 'Everything so far stays. Run `dbd migrate` again when that is over.',
          });
        if (!told) emit({ kind: 'note', text: `${name} waits: ${why}` });
        told = true;
        await pause(lookEveryMs, signal);
        open(name, needed);
      }
    },
  };
}
